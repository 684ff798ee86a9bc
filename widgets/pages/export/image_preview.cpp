// Paints the image crisply at every density.
#include "widgets/pages/export/image_preview.h"

#include <algorithm>
#include <cmath>

#include <QPainter>
#include <QPainterPath>

#include "widgets/theme/icons.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kSide = 128; // a whole multiple of 32 and 64
constexpr std::int64_t kLongestSide = 8192;

} // namespace

QImage imageOfPlanes(const QByteArray& bytes, const QList<std::int64_t>& shape)
{
    if (shape.size() != 3 || (shape[0] != 1 && shape[0] != 3)) return {};
    const std::int64_t channels = shape[0], height = shape[1], width = shape[2];
    if (height < 1 || width < 1 || height > kLongestSide || width > kLongestSide || bytes.size() != channels * height * width) return {};
    QImage image(static_cast<int>(width), static_cast<int>(height), QImage::Format_RGB32);
    const auto at = [&](std::int64_t channel, std::int64_t y, std::int64_t x) {
        return static_cast<uchar>(bytes[static_cast<qsizetype>(((channel % channels) * height + y) * width + x)]);
    };
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const std::int64_t green = channels == 1 ? 0 : 1, blue = channels == 1 ? 0 : 2;
            image.setPixel(x, y, qRgb(at(0, y, x), at(green, y, x), at(blue, y, x)));
        }
    return image;
}

ImagePreview::ImagePreview(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("imagePreview"));
    setFixedSize(kSide, kSide);
}

void ImagePreview::setImage(const QImage& image, const QString& words)
{
    m_image = image;
    m_words = words;
    setToolTip(words);
    setAccessibleName(words);
    update();
}

void ImagePreview::setActive(bool active)
{
    m_active = active;
    update();
}

QRectF ImagePreview::imageRect() const
{
    QSizeF size = QSizeF(m_image.size()).scaled(QSizeF(rect().size()), Qt::KeepAspectRatio);
    const double ratio = devicePixelRatioF();
    const double times = std::floor(size.width() * ratio / std::max(1, m_image.width())); // in the screen's own pixels
    if (times >= 1) size = QSizeF(m_image.size()) * times / ratio;
    const QPointF place((width() - size.width()) / 2, (height() - size.height()) / 2);
    return {QPointF(std::round(place.x() * ratio), std::round(place.y() * ratio)) / ratio, size};
}

void ImagePreview::paintPlace(QPainter& painter)
{
    const Theme& theme = themeOf(this);
    paintIcon(painter, QRectF(width() / 2.0 - 14, height() / 2.0 - 26, 28, 28), QStringLiteral("image"), theme.colour(Role::Axis));
    painter.setPen(theme.colour(Role::Ink3));
    painter.setFont(theme.font(TextStyle::Caption));
    painter.drawText(QRectF(6, height() / 2.0 + 6, width() - 12, 40), Qt::AlignHCenter | Qt::TextWordWrap, m_words.isEmpty() ? tr("Drop an image here") : m_words);
}

void ImagePreview::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath shape;
    shape.addRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.radius().control, theme.radius().control);
    if (!m_image.isNull()) {
        const QRectF place = imageRect();
        painter.setRenderHint(QPainter::SmoothPixmapTransform, place.width() * devicePixelRatioF() < m_image.width());
        QPainterPath corners;
        corners.addRoundedRect(place, theme.radius().control, theme.radius().control);
        painter.setClipPath(corners);
        painter.drawImage(place, m_image);
        painter.setClipping(false);
    }
    if (m_active || m_image.isNull()) {
        painter.setPen(QPen(theme.colour(m_active ? Role::Accent : Role::BorderStrong), m_active ? 2 : 1, m_active ? Qt::SolidLine : Qt::DashLine));
        painter.setBrush(m_active ? theme.colour(Role::AccentSoft) : QColor(Qt::transparent));
        painter.drawPath(shape);
    }
    if (m_image.isNull()) paintPlace(painter);
}

} // namespace halftone
