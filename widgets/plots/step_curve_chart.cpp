// What is best reachable at every cost as steps, with the budget and the place of an assignment before and now.
#include "widgets/plots/step_curve_chart.h"

#include "widgets/plots/chart_words.h"
#include "widgets/plots/csv_writer.h"
#include "widgets/plots/label_layout.h"
#include "widgets/theme/theme_host.h"

#include <QImage>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace halftone {

namespace {

constexpr double kPadding = 0.06;
constexpr double kMarkRadius = 5;
constexpr double kKeyStep = 0.01;

QPolygonF stairs(const std::vector<CurvePoint>& steps, const ChartFrame& frame)
{
    QPolygonF line;
    for (const CurvePoint& step : steps) {
        const QPointF at(frame.x.toPixel(step.x), frame.y.toPixel(step.y));
        if (!line.isEmpty()) line.append({at.x(), line.back().y()});
        line.append(at);
    }
    if (!line.isEmpty()) line.append({frame.plot.right(), line.back().y()});
    return line;
}

QPointF pixelOf(const StepMark& mark, const ChartFrame& frame) { return {frame.x.toPixel(mark.cost), frame.y.toPixel(mark.value)}; }

QRectF round(const QPointF& at) { return {at.x() - kMarkRadius - 1, at.y() - kMarkRadius - 1, 2 * kMarkRadius + 2, 2 * kMarkRadius + 2}; }

} // namespace

struct StepCurveChart::Words {
    PlacedWords label;
    PlacedWords budget;
    PlacedWords now;
    PlacedWords before;
    std::vector<PlacedWords> all() const { return {label, budget, now, before}; }
};

// Stroking hundreds of steps is dear, and only the marks move while an assignment is dragged.
struct StepCurveChart::Stairs {
    QRectF plot;
    AxisRange x, y;
    ThemeKind theme = ThemeKind::Light;
    double ratio = 1;
    QImage image;
    bool isOf(const ChartFrame& frame, double density) const
    {
        return plot == frame.plot && x == AxisRange{frame.x.lower, frame.x.upper} && y == AxisRange{frame.y.lower, frame.y.upper}
            && theme == frame.theme.kind() && ratio == density;
    }
};

StepCurveChart::StepCurveChart(QWidget* parent)
    : Chart(parent)
{
}

StepCurveChart::~StepCurveChart() = default;

void StepCurveChart::setData(StepCurveData data)
{
    std::erase_if(data.steps, [](const CurvePoint& step) { return !std::isfinite(step.x) || !std::isfinite(step.y); });
    std::stable_sort(data.steps.begin(), data.steps.end(), [](const CurvePoint& a, const CurvePoint& b) { return a.x < b.x; });
    if (data.steps != m_data.steps) m_stairs.reset();
    m_data = std::move(data);
    m_cursor.reset();
    dataChanged();
}

void StepCurveChart::setMarks(std::optional<StepMark> now, std::optional<StepMark> before)
{
    m_data.now = std::move(now);
    m_data.before = std::move(before);
    dataChanged();
}

void StepCurveChart::setBudget(std::optional<double> budget, const QString& label)
{
    m_data.budget = budget;
    m_data.budgetLabel = label;
    dataChanged();
}

const StepCurveData& StepCurveChart::data() const { return m_data; }
std::vector<QRectF> StepCurveChart::labelRectangles() const { return placesOf(placeWords(frame()).all()); }

double StepCurveChart::valueAt(double cost) const
{
    const auto after = std::upper_bound(
        m_data.steps.begin(), m_data.steps.end(), cost, [](double value, const CurvePoint& step) { return value < step.x; });
    return after == m_data.steps.begin() ? std::nan("") : (after - 1)->y;
}

ChartLayout StepCurveChart::layoutFor(const QSizeF& size) const
{
    CurveExtent values;
    CurveExtent costs;
    for (const CurvePoint& step : m_data.steps) {
        values.include(step.y);
        costs.include(step.x);
    }
    for (const auto& mark : {m_data.now, m_data.before}) {
        if (!mark) continue;
        values.include(mark->value);
        costs.include(mark->cost);
    }
    if (m_data.budget) costs.include(*m_data.budget);
    ChartLayout layout;
    layout.y.range = paddedRange(values.lowest, values.highest, false, kPadding);
    if (values.lowest >= 0) layout.y.range.lower = 0;
    layout.y.ticks = linearTicks(layout.y.range, std::max(2, static_cast<int>(size.height() / 36)));
    layout.y.title = m_data.valueTitle;
    layout.x.range = m_data.costRange ? drawableRange(m_data.costRange->lower, m_data.costRange->upper, false)
                                      : drawableRange(costs.lowest, costs.highest, false);
    layout.margins = QMargins(tickWidth(layout.y.ticks) + 10, 10, 22, 26);
    const double width = size.width() - layout.margins.left() - layout.margins.right();
    layout.x.ticks = linearTicks(layout.x.range, std::max(2, static_cast<int>(width / 80)));
    if (!layout.x.ticks.empty() && !m_data.costUnit.isEmpty()) layout.x.ticks.back().label += QLatin1Char(' ') + m_data.costUnit;
    layout.x.title = m_data.costTitle;
    return layout;
}

// Both lines of words as one block beside the mark of now, where there is room.
void StepCurveChart::placePair(
    Words& words, std::vector<QRectF>& taken, const ChartFrame& frame, const QFont& bold, const QFont& quiet) const
{
    if (!m_data.now || !m_data.before || m_data.now->words.isEmpty() || m_data.before->words.isEmpty()) return;
    const QSizeF now = wordsSize(m_data.now->words, bold);
    const QSizeF before = wordsSize(m_data.before->words, quiet);
    const QSizeF both(std::max(now.width(), before.width()), now.height() + before.height());
    const QRectF place = placeBeside({pixelOf(*m_data.now, frame), both, 14, frame.plot, true}, taken);
    if (place.isNull()) return;
    taken.push_back(place);
    words.now = {QRectF(place.topLeft(), now), m_data.now->words, Role::Ink, bold, {}};
    words.before = {QRectF(place.left(), place.top() + now.height(), before.width(), before.height()), m_data.before->words, Role::Ink2,
        quiet, {}};
}

StepCurveChart::Words StepCurveChart::placeWords(const ChartFrame& frame) const
{
    const QFont quiet = frame.theme.font(TextStyle::Caption);
    QFont bold = frame.theme.font(TextStyle::Caption);
    bold.setWeight(QFont::DemiBold);
    Words words;
    std::vector<QRectF> taken;
    for (const auto& mark : {m_data.now, m_data.before}) {
        if (mark) taken.push_back(round(pixelOf(*mark, frame)));
    }
    const QPolygonF line = stairs(m_data.steps, frame);
    for (int i = 0; i + 1 < line.size(); ++i) taken.push_back(QRectF(line[i], line[i + 1]).normalized().adjusted(-1, -1, 1, 1));
    const auto beside = [&](const StepMark& mark, const QFont& font, Role colour) {
        const QRectF place = placeBeside({pixelOf(mark, frame), wordsSize(mark.words, font), 14, frame.plot, true}, taken);
        if (!place.isNull()) taken.push_back(place);
        return PlacedWords{place, mark.words, colour, font, {}};
    };
    placePair(words, taken, frame, bold, quiet);
    if (m_data.now && words.now.place.isNull()) words.now = beside(*m_data.now, bold, Role::Ink);
    if (m_data.before && words.before.place.isNull()) words.before = beside(*m_data.before, quiet, Role::Ink2);
    if (m_data.budget && !m_data.budgetLabel.isEmpty()) {
        const QSizeF size = wordsSize(m_data.budgetLabel, quiet);
        const double x = frame.x.toPixel(*m_data.budget);
        const bool left = x - size.width() - 6 > frame.plot.left();
        QRectF place(QPointF(left ? x - size.width() - 6 : x + 6, frame.plot.bottom() - size.height() - 4), size);
        const QSizeF title = wordsSize(m_data.costTitle, frame.theme.font(TextStyle::Caption)); // stands at the right end
        if (!m_data.costTitle.isEmpty() && place.right() + 6 > frame.plot.right() - title.width()) place.translate(0, -title.height());
        const bool free = std::none_of(taken.begin(), taken.end(), [&](const QRectF& o) { return o.intersects(place); });
        words.budget = {free ? place : QRectF(), m_data.budgetLabel, Role::Accent, quiet, {}};
        if (free) taken.push_back(place);
    }
    if (line.size() > 1 && !m_data.label.isEmpty()) {
        const QSizeF size = wordsSize(m_data.label, quiet);
        for (double share : {0.93, 0.8, 0.65, 0.5}) {
            const double x = frame.plot.left() + share * frame.plot.width() - size.width();
            const double y = frame.y.toPixel(valueAt(frame.x.toValue(x + size.width())));
            const QRectF place(QPointF(x, y - size.height() - 3), size);
            const bool free = std::none_of(taken.begin(), taken.end(), [&](const QRectF& o) { return o.intersects(place); });
            if (!free || !frame.whole.contains(place)) continue;
            words.label = {place, m_data.label, Role::Ink, quiet, {}};
            break;
        }
    }
    return words;
}

void StepCurveChart::paintStairs(QPainter& painter, const ChartFrame& frame) const
{
    const QRectF place = frame.plot.adjusted(-1, -2, 1, 2);
    const auto stroke = [&](QPainter& on) {
        on.save();
        on.setClipRect(place, Qt::IntersectClip);
        on.setRenderHint(QPainter::Antialiasing);
        on.setPen(QPen(frame.theme.colour(Role::Ink), frame.theme.chart().lineWidth, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
        on.drawPolyline(stairs(m_data.steps, frame));
        on.restore();
    };
    if (frame.saving) return stroke(painter); // as lines, which a file keeps as such
    const double ratio = painter.device()->devicePixelRatioF();
    if (!m_stairs || !m_stairs->isOf(frame, ratio)) {
        QImage image((place.size() * ratio).toSize(), QImage::Format_ARGB32_Premultiplied);
        image.setDevicePixelRatio(ratio);
        image.fill(Qt::transparent);
        QPainter own(&image);
        own.translate(-place.topLeft());
        stroke(own);
        own.end();
        m_stairs = std::make_unique<Stairs>(Stairs{frame.plot, {frame.x.lower, frame.x.upper}, {frame.y.lower, frame.y.upper},
            frame.theme.kind(), ratio, std::move(image)});
    }
    painter.drawImage(place.topLeft(), m_stairs->image);
}

void StepCurveChart::paintMarks(QPainter& painter, const ChartFrame& frame) const
{
    if (m_data.budget) {
        QPen dotted(frame.theme.colour(Role::Accent), 1.5);
        dotted.setDashPattern({1.3, 2.2});
        painter.setPen(dotted);
        painter.setRenderHint(QPainter::Antialiasing);
        const double x = std::round(frame.x.toPixel(*m_data.budget));
        painter.drawLine(QPointF(x, frame.plot.top() - 4), QPointF(x, frame.plot.bottom()));
    }
    paintStairs(painter, frame);
    painter.setRenderHint(QPainter::Antialiasing);
    for (const PlacedWords& words : placeWords(frame).all()) paintWords(painter, words, frame.theme);
    if (m_data.before) {
        painter.setPen(QPen(frame.theme.colour(Role::Ink2), 1.3));
        painter.setBrush(frame.theme.colour(Role::Panel));
        painter.drawEllipse(pixelOf(*m_data.before, frame), kMarkRadius - 0.5, kMarkRadius - 0.5);
    }
    if (m_data.now) {
        painter.setPen(QPen(frame.theme.colour(Role::Panel), 1.5));
        painter.setBrush(frame.theme.colour(Role::Accent));
        painter.drawEllipse(pixelOf(*m_data.now, frame), kMarkRadius + 0.5, kMarkRadius + 0.5);
    }
}

void StepCurveChart::paintOverlay(QPainter& painter, const ChartFrame& frame) const
{
    if (!m_cursor) return;
    const double value = valueAt(*m_cursor);
    if (std::isnan(value)) return;
    const QPointF at(frame.x.toPixel(*m_cursor), frame.y.toPixel(value));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(frame.theme.colour(Role::Ink));
    painter.drawEllipse(at, 3, 3);
    const double span = frame.x.upper - frame.x.lower;
    const QString cost = valueText(*m_cursor, span / 500) + (m_data.costUnit.isEmpty() ? QString() : QLatin1Char(' ') + m_data.costUnit);
    const ChartTip tip{{}, {{tr("Cost up to"), cost}, {m_data.label.isEmpty() ? tr("Best") : m_data.label, valueText(value, 0.001)}}};
    paintTipAt(painter, tip, at, frame);
}

void StepCurveChart::hoverAt(const std::optional<QPointF>& position)
{
    const ChartFrame now = frame();
    std::optional<double> cursor;
    if (position && now.plot.contains(*position)) cursor = now.x.toValue(position->x());
    if (cursor == m_cursor) return;
    m_cursor = cursor;
    overlayChanged();
}

bool StepCurveChart::keyWithoutPoints(Qt::Key key)
{
    const ChartFrame now = frame();
    const double step = kKeyStep * (now.x.upper - now.x.lower);
    const double here = m_cursor.value_or(m_data.now ? m_data.now->cost : now.x.upper);
    if (key == Qt::Key_Escape && m_cursor) m_cursor.reset();
    else if (key == Qt::Key_Left) m_cursor = std::max(now.x.lower, here - step);
    else if (key == Qt::Key_Right) m_cursor = std::min(now.x.upper, here + step);
    else if (key == Qt::Key_Home) m_cursor = now.x.lower;
    else if (key == Qt::Key_End) m_cursor = now.x.upper;
    else return false;
    overlayChanged();
    return true;
}

void StepCurveChart::writeCsv(CsvWriter& csv) const
{
    csv.header({QStringLiteral("kind"), QStringLiteral("cost"), QStringLiteral("value")});
    for (const CurvePoint& step : m_data.steps) csv.text(QStringLiteral("step")).number(step.x).number(step.y).endRow();
    if (m_data.budget) csv.text(QStringLiteral("budget")).number(*m_data.budget).text({}).endRow();
    if (m_data.now) csv.text(QStringLiteral("now")).number(m_data.now->cost).number(m_data.now->value).endRow();
    if (m_data.before) csv.text(QStringLiteral("before")).number(m_data.before->cost).number(m_data.before->value).endRow();
}

QString StepCurveChart::summary() const
{
    QStringList parts{tr("%n steps", nullptr, static_cast<int>(m_data.steps.size()))};
    if (m_data.now) parts << tr("now %1").arg(m_data.now->words);
    if (m_data.before) parts << m_data.before->words;
    return parts.join(QStringLiteral(". "));
}

} // namespace halftone
