// Paints caps of keys.
#include "widgets/controls/key_hint.h"

#include "widgets/theme/theme_host.h"

#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace halftone {

namespace {

constexpr double kCapHeight = 18;
constexpr double kCapPadding = 5;
constexpr double kGap = 4;

double capWidth(const QFontMetricsF& metrics, const QString& key) { return std::max(kCapHeight, std::ceil(metrics.horizontalAdvance(key)) + 2 * kCapPadding); }

} // namespace

KeyHint::KeyHint(const QStringList& keys, const QString& word, QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setKeys(keys, word);
}

void KeyHint::setKeys(const QStringList& keys, const QString& word)
{
    m_keys = keys;
    m_word = word;
    setAccessibleName(keys.join(u' ') + u' ' + word);
    updateGeometry();
    update();
}

QSize KeyHint::sizeHint() const
{
    const Theme& theme = themeOf(this);
    const QFontMetricsF caps(theme.font(TextStyle::NumberCaption));
    double width = 0;
    for (const QString& key : m_keys) width += capWidth(caps, key) + kGap;
    if (m_word.isEmpty()) width -= kGap;
    else width += QFontMetricsF(theme.font(TextStyle::Caption)).horizontalAdvance(m_word);
    return {static_cast<int>(std::ceil(width)), 20};
}

void KeyHint::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(this);
    const QFont capFont = theme.font(TextStyle::NumberCaption);
    const QFontMetricsF caps(capFont);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(capFont);
    double x = 0;
    for (const QString& key : m_keys) {
        const QRectF cap(x, (height() - kCapHeight) / 2, capWidth(caps, key), kCapHeight);
        painter.setPen(QPen(theme.colour(Role::BorderStrong), 1));
        painter.setBrush(theme.colour(Role::Field));
        painter.drawRoundedRect(cap.adjusted(0.5, 0.5, -0.5, -0.5), theme.radius().key, theme.radius().key);
        painter.setPen(theme.colour(Role::Ink2));
        painter.drawText(cap, Qt::AlignCenter, key);
        x = cap.right() + kGap;
    }
    painter.setFont(theme.font(TextStyle::Caption));
    painter.setPen(theme.colour(Role::Ink2));
    painter.drawText(QRectF(x, 0, width() - x + 2, height()), Qt::AlignLeft | Qt::AlignVCenter, m_word);
}

} // namespace halftone
