// A panel with a heading, quiet words beside it, a caption or controls at its right, and room for a body.
#pragma once

#include <QFrame>

class QHBoxLayout;
class QLabel;
class QVBoxLayout;

namespace halftone {

// The colour that a plain widget lies on.
enum class Surface { None, Window, Panel, Rail, Raised };
void setSurface(QWidget& widget, Surface surface);

class Card : public QFrame {
public:
    explicit Card(QWidget* parent = nullptr);
    explicit Card(const QString& heading, QWidget* parent = nullptr);

    void setHeading(const QString& text);
    QString heading() const;
    // Quiet words right of the heading ("30 epochs each, 10,000 test images").
    void setSubtitle(const QString& text);
    // Quiet words at the right end ("change by this move").
    void setCaption(const QString& text);
    // Controls at the right end, before the caption.
    void addHeaderWidget(QWidget* widget);

    // Where the contents go; grows with the card.
    QVBoxLayout* body() const { return m_body; }
    // A line across the whole card.
    void addRule();
    // Contents that touch the card's edges (tables, graphs): no padding at left, right and below.
    void setFlush(bool flush);
    // A dashed edge: the place for something dropped.
    void setDashed(bool dashed);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void showHeader();

    QWidget* m_header = nullptr;
    QHBoxLayout* m_headerRow = nullptr;
    QLabel* m_heading = nullptr;
    QLabel* m_subtitle = nullptr;
    QLabel* m_caption = nullptr;
    QVBoxLayout* m_outer = nullptr;
    QVBoxLayout* m_body = nullptr;
    bool m_flush = false;
};

} // namespace halftone
