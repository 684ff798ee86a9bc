// Colours of classes by the golden angle.
#include "widgets/pages/export/class_map.h"

namespace halftone {

QColor classColour(int index, int classes)
{
    if (index < 0 || index >= classes) return QColor(128, 128, 128);
    constexpr int kGoldenAngle = 137, kFirstHue = 205;
    constexpr int kLightness[] = {150, 105, 185};
    return QColor::fromHsl((kFirstHue + index * kGoldenAngle) % 360, 130, kLightness[index % 3]);
}

QImage classMapImage(const QByteArray& bytes, const QSize& size, int classes)
{
    constexpr int kLongestSide = 8192;
    if (size.width() < 1 || size.height() < 1 || size.width() > kLongestSide || size.height() > kLongestSide
        || bytes.size() != qsizetype{size.width()} * size.height())
        return {};
    QRgb colours[256];
    for (int i = 0; i < 256; ++i) colours[i] = classColour(i, classes).rgb();
    QImage image(size, QImage::Format_RGB32);
    for (int y = 0; y < size.height(); ++y) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
        for (int x = 0; x < size.width(); ++x) line[x] = colours[static_cast<uchar>(bytes[qsizetype{y} * size.width() + x])];
    }
    return image;
}

} // namespace halftone
