// Paints bars, maps and the legend of classes.
#include "widgets/pages/export/answer_view.h"

#include <algorithm>

#include <QCoreApplication>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include "widgets/format/quantity.h"
#include "widgets/pages/export/class_map.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kRow = 21;
constexpr int kAnswers = 5;
constexpr int kSwatch = 10;
constexpr int kLeastWidth = 88;
constexpr int kCaptionLine = 16;

QString tr(const char* text) { return QCoreApplication::translate("AnswerView", text); }

QString captionOf(const TriedAnswer& answer)
{
    QStringList words;
    if (answer.alike) words << tr("%1 as full").arg(percentText(*answer.alike));
    if (answer.right) words << tr("%1 right").arg(percentText(*answer.right));
    return words.join(QLatin1Char('\n'));
}

} // namespace

AnswerView::AnswerView(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("answerView"));
    setMinimumWidth(kLeastWidth);
    setMaximumWidth(240);
    setFixedHeight((kAnswers + 1) * kRow);
}

void AnswerView::setAnswer(const TriedAnswers& all, std::size_t index)
{
    m_answer = all.answers[index];
    m_classNames = all.classNames;
    m_size = all.size;
    m_map = m_answer.map.isEmpty() ? QImage() : classMapImage(m_answer.map, all.size, static_cast<int>(all.classNames.size()));
    m_caption = captionOf(m_answer);
    m_captionLines = 0; // all maps are of one size
    for (const TriedAnswer& answer : all.answers) {
        const QString caption = captionOf(answer);
        if (!caption.isEmpty()) m_captionLines = std::max(m_captionLines, static_cast<int>(caption.count(QLatin1Char('\n'))) + 1);
    }
    QStringList spoken{m_answer.name};
    if (m_answer.alike) spoken << tr("%1 of the pixels as in full precision").arg(percentText(*m_answer.alike));
    if (m_answer.right) spoken << tr("%1 of the pixels right").arg(percentText(*m_answer.right));
    for (const auto& [name, probability] : m_answer.top) spoken << QStringLiteral("%1 %2").arg(name, percentText(probability));
    setAccessibleName(spoken.join(QStringLiteral(", ")));
    setToolTip(spoken.join(QLatin1Char('\n')));
    update();
}

QRectF AnswerView::mapRect() const
{
    const QSizeF room(width(), kAnswers * kRow - kCaptionLine * m_captionLines);
    return {QPointF(0, kRow), QSizeF(m_map.size()).scaled(room, Qt::KeepAspectRatio)};
}

// Over a map the class under the mouse is told.
bool AnswerView::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip || m_map.isNull()) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const QRectF place = mapRect();
    const QPointF at = help->pos() - place.topLeft();
    if (!place.contains(help->pos())) return QWidget::event(event);
    const int x = std::min(static_cast<int>(at.x() * m_size.width() / place.width()), m_size.width() - 1);
    const int y = std::min(static_cast<int>(at.y() * m_size.height() / place.height()), m_size.height() - 1);
    const auto index = static_cast<uchar>(m_answer.map[qsizetype{y} * m_size.width() + x]);
    const QString name = index < m_classNames.size() ? m_classNames[index] : tr("no class");
    QToolTip::showText(help->globalPos(), tr("%1, at %2, %3").arg(name).arg(x).arg(y), this);
    return true;
}

void AnswerView::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(theme.font(TextStyle::Small));
    painter.setPen(theme.colour(Role::Ink2));
    painter.drawText(QRect(0, 0, width(), kRow - 2), Qt::AlignVCenter, painter.fontMetrics().elidedText(m_answer.name, Qt::ElideMiddle, width()));
    m_map.isNull() ? paintBars(painter) : paintMap(painter);
}

void AnswerView::paintBars(QPainter& painter) const
{
    const Theme& theme = themeOf(this);
    for (std::size_t i = 0; i < m_answer.top.size() && i < kAnswers; ++i) {
        const auto& [name, probability] = m_answer.top[i];
        const QRectF row(0, static_cast<double>((static_cast<int>(i) + 1) * kRow) + 1, width(), kRow - 2);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.colour(Role::Border));
        painter.drawRoundedRect(QRectF(row.left(), row.top(), std::max(1.0, row.width() * std::clamp(probability, 0.0, 1.0)), row.height()), 2, 2);
        painter.setPen(theme.colour(i == 0 ? Role::Ink : Role::Ink2));
        painter.setFont(theme.font(TextStyle::NumberSmall));
        const QString share = numberText(100 * probability, 1);
        const double room = painter.fontMetrics().horizontalAdvance(share) + 6;
        painter.drawText(row.adjusted(0, 0, -4, 0), Qt::AlignVCenter | Qt::AlignRight, share);
        painter.setFont(theme.font(TextStyle::Small));
        painter.drawText(row.adjusted(6, 0, -room, 0), Qt::AlignVCenter, painter.fontMetrics().elidedText(name, Qt::ElideRight, static_cast<int>(row.width() - room - 6)));
    }
}

void AnswerView::paintMap(QPainter& painter) const
{
    const Theme& theme = themeOf(this);
    const QRectF place = mapRect();
    painter.drawImage(place, m_map); // no smoothing: a mixture of two classes' colours is no class
    if (m_caption.isEmpty()) return;
    painter.setPen(theme.colour(Role::Ink));
    painter.setFont(theme.font(TextStyle::Small));
    const QStringList lines = m_caption.split(QLatin1Char('\n'));
    for (int i = 0; i < lines.size(); ++i)
        painter.drawText(QRectF(0, place.bottom() + 1 + i * kCaptionLine, width(), kCaptionLine), Qt::AlignVCenter,
            painter.fontMetrics().elidedText(lines[i], Qt::ElideRight, width()));
}

ClassLegend::ClassLegend(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("classLegend"));
    setFixedHeight(kRow);
}

void ClassLegend::setAnswers(const TriedAnswers& answers)
{
    m_classes.clear();
    const int classes = static_cast<int>(answers.classNames.size());
    std::vector<int> shown;
    for (const TriedAnswer& answer : answers.answers)
        for (const int index : answer.topClasses)
            if (index >= 0 && std::ranges::find(shown, index) == shown.end()) shown.push_back(index);
    QStringList spoken;
    for (const int index : shown) {
        m_classes.emplace_back(index < classes ? answers.classNames[index] : tr("no class"), classColour(index, classes));
        spoken << m_classes.back().first;
    }
    setVisible(!m_classes.empty() && answers.task == Task::Segmentation);
    setAccessibleName(spoken.join(QStringLiteral(", ")));
    update();
}

QSize ClassLegend::sizeHint() const { return {200, kRow}; }

// As many as there is room for.
void ClassLegend::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(theme.font(TextStyle::Caption));
    double x = 0;
    for (const auto& [name, colour] : m_classes) {
        const double room = kSwatch + 5 + painter.fontMetrics().horizontalAdvance(name);
        if (x + room > width()) break;
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawRoundedRect(QRectF(x, (height() - kSwatch) / 2.0, kSwatch, kSwatch), 2, 2);
        painter.setPen(theme.colour(Role::Ink2));
        painter.drawText(QRectF(x + kSwatch + 5, 0, room, height()), Qt::AlignVCenter, name);
        x += room + 12;
    }
}

} // namespace halftone
