// The image that is tried, or the dashed place to drop one.
#pragma once

#include <QImage>
#include <QWidget>

namespace halftone {

class ImagePreview : public QWidget {
public:
    explicit ImagePreview(QWidget* parent = nullptr);

    // Without an image the words stand in its place.
    void setImage(const QImage& image, const QString& words);
    const QImage& image() const { return m_image; }
    void setActive(bool active); // something to drop is over it
    // Small images are drawn at a whole multiple of their size, so that every pixel is a square.
    QRectF imageRect() const;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void paintPlace(QPainter& painter);

    QImage m_image;
    QString m_words;
    bool m_active = false;
};

// Bytes of channels, rows and columns (one channel: grey, three: red, green, blue); null when they do not fit the shape.
QImage imageOfPlanes(const QByteArray& bytes, const QList<std::int64_t>& shape);

} // namespace halftone
