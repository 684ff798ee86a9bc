// Lays out the panel of the selected point and fills it.
#include "widgets/pages/frontier/point_panel.h"

#include <algorithm>

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "core/cost/all_cost_models.h"
#include "core/store/provenance.h"
#include "widgets/controls/bit_legend.h"
#include "widgets/controls/card.h"
#include "widgets/controls/fact_list.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/text_label.h"
#include "widgets/format/metric_words.h"
#include "widgets/format/quantity.h"
#include "widgets/session/assignment_strip.h"
#include "widgets/pages/frontier/finetune_form.h"
#include "widgets/pages/frontier/point_words.h"
#include "widgets/session/session.h"
#include "widgets/theme/bit_look.h"
#include "widgets/theme/markers.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kWidth = 304;
constexpr int kStripHeight = 28;

// Words in a quiet colour that stand on the baseline of the number before them.
QString accuracyWords(const StudyPoint& point, const MetricWords& words)
{
    return point.values.size() > 1 ? QCoreApplication::translate("PointPanel", "% ±%1 %2").arg(numberText(100 * point.interval, 1), words.name)
                                   : QCoreApplication::translate("PointPanel", "% %1").arg(words.name);
}

const RunRecord* firstRun(const StudyOverview& study, const StudyPoint& point)
{
    for (const std::int64_t id : point.runs)
        if (const RunRecord* run = study.run(id)) return run;
    return nullptr;
}

Provenance provenanceOf(const RunRecord* run)
{
    if (!run) return {};
    auto provenance = provenanceFromJson(run->provenanceJson);
    return provenance.ok() ? *provenance : Provenance{};
}

} // namespace

// The point's mark as the chart draws it.
class PointPanel::Mark : public QWidget {
public:
    explicit Mark(QWidget* parent)
        : QWidget(parent)
    {
        setFixedSize(16, 16);
    }
    void setPoint(const StudyPoint& point)
    {
        m_metric = QString::fromStdString(point.metric);
        m_endBits = point.kind == PointKind::End ? point.endBits : 0;
        m_filled = point.best;
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Theme& theme = themeOf(this);
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        if (m_endBits > 0)
            return paintBitGlyph(painter, QRectF(rect()).adjusted(1, 1, -1, -1), m_endBits, theme);
        paintMarker(painter, QRectF(rect()).center(), theme.marker(m_metric),
            {.colour = theme.series(m_metric), .paper = theme.colour(Role::Panel), .filled = m_filled, .across = 11});
    }

private:
    QString m_metric;
    int m_endBits = 0;
    bool m_filled = true;
};

PointPanel::PointPanel(Session& session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
{
    setObjectName(QStringLiteral("pointPanel"));
    setFixedWidth(kWidth);
    setSurface(*this, Surface::Panel);
    auto* outer = new QHBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addWidget(makeRule(Qt::Vertical));
    m_stack = new QStackedWidget(this);
    outer->addWidget(m_stack, 1);

    auto* empty = new QWidget;
    auto* emptyColumn = new QVBoxLayout(empty);
    emptyColumn->setContentsMargins(24, 24, 24, 24);
    QLabel* sentence = makeSentence(tr("Click a point, or reach it with the arrow keys. Its bits, its measurements and where they come from stand here."));
    sentence->setAlignment(Qt::AlignCenter);
    emptyColumn->addStretch(1);
    emptyColumn->addWidget(sentence);
    emptyColumn->addStretch(1);
    m_stack->addWidget(empty);

    auto* full = new QWidget;
    auto* column = new QVBoxLayout(full);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    QWidget* details = buildDetails();
    details->setProperty("scrolled", true);
    scroll->setWidget(details);
    column->addWidget(scroll, 1);
    column->addWidget(buildButtons());
    m_stack->addWidget(full);
}

QWidget* PointPanel::buildHead()
{
    auto* head = new QWidget;
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(themeOf(this).space().grid);
    m_mark = new Mark(head);
    m_title = new ElidedLabel({}, TextStyle::Heading);
    m_title->setObjectName(QStringLiteral("pointTitle"));
    PushButton* more = makeIconButton(QStringLiteral("more"), tr("More"));
    auto* menu = new QMenu(more);
    menu->addAction(tr("Copy the bits"), this, [this] { copyBits(); });
    more->setMenu(menu);
    row->addWidget(m_mark);
    row->addWidget(m_title, 1);
    row->addWidget(more);
    return head;
}

QWidget* PointPanel::buildDetails()
{
    const Spacing& space = themeOf(this).space();
    auto* details = new QWidget;
    auto* column = new QVBoxLayout(details);
    column->setContentsMargins(space.card, 14, space.card, space.card);
    column->setSpacing(space.grid);
    column->addWidget(buildHead());
    auto* numbers = new QHBoxLayout;
    numbers->setSpacing(space.grid);
    m_number = makeLabel({}, TextStyle::Display);
    m_number->setObjectName(QStringLiteral("pointAccuracy"));
    m_unit = makeLabel({}, TextStyle::Body, Role::Ink2);
    m_unit->setObjectName(QStringLiteral("pointInterval"));
    numbers->addWidget(m_number);
    numbers->addWidget(m_unit, 1, Qt::AlignBottom);
    m_unit->setContentsMargins(0, 0, 0, 4);
    column->addLayout(numbers);
    m_sentence = makeSentence({}, TextStyle::Small, Role::Ink2);
    m_sentence->setObjectName(QStringLiteral("pointSentence"));
    column->addWidget(m_sentence);
    m_strip = new BitStrip;
    m_strip->setFixedHeight(kStripHeight);
    column->addWidget(m_strip);
    m_counts = new BitLegend;
    column->addWidget(m_counts, 0, Qt::AlignLeft);
    m_note = makeSentence({}, TextStyle::Caption, Role::Ink3);
    column->addWidget(m_note);
    column->addSpacing(space.unit);
    m_measured = new FactList(Origin::Measured);
    m_measured->setObjectName(QStringLiteral("pointMeasured"));
    m_estimated = new FactList(Origin::Estimated);
    m_estimated->setObjectName(QStringLiteral("pointEstimated"));
    m_provenance = new FactList(Origin::Plain);
    m_provenance->setHeading(tr("Provenance"));
    column->addWidget(m_measured);
    column->addSpacing(space.grid);
    column->addWidget(m_estimated);
    column->addSpacing(space.grid);
    column->addWidget(makeRule());
    column->addSpacing(space.unit);
    column->addWidget(m_provenance);
    column->addStretch(1);
    return details;
}

QWidget* PointPanel::buildButtons()
{
    const Spacing& space = themeOf(this).space();
    auto* foot = new QWidget;
    auto* column = new QVBoxLayout(foot);
    column->setContentsMargins(space.card, space.grid, space.card, space.card);
    column->setSpacing(space.grid);
    m_form = new FinetuneForm(m_session);
    m_form->hide();
    column->addWidget(m_form);
    m_buttons = new QWidget;
    auto* grid = new QVBoxLayout(m_buttons);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(space.grid);
    auto* load = new PushButton(tr("Load into Bits"), ButtonKind::Primary);
    load->setObjectName(QStringLiteral("loadIntoBits"));
    auto* finetune = new PushButton(tr("Fine-tune"));
    finetune->setObjectName(QStringLiteral("finetunePoint"));
    auto* exporting = new PushButton(tr("Export"));
    exporting->setObjectName(QStringLiteral("exportPoint"));
    grid->addWidget(load);
    auto* row = new QHBoxLayout;
    row->setSpacing(space.grid);
    row->addWidget(finetune, 1);
    row->addWidget(exporting, 1);
    grid->addLayout(row);
    column->addWidget(m_buttons);
    connect(load, &QPushButton::clicked, this, &PointPanel::loadRequested);
    connect(exporting, &QPushButton::clicked, this, &PointPanel::exportRequested);
    connect(finetune, &QPushButton::clicked, this, [this] { showFinetuneForm(true); });
    connect(m_form, &FinetuneForm::cancelled, this, [this] { showFinetuneForm(false); });
    connect(m_form, &FinetuneForm::startRequested, this, [this] {
        showFinetuneForm(false);
        emit finetuneRequested(m_form->arguments());
    });
    return foot;
}

const StudyPoint* PointPanel::point() const
{
    return m_index >= 0 ? &m_points.points[static_cast<std::size_t>(m_index)] : nullptr;
}

void PointPanel::setPoint(const StudyPoints& points, int index)
{
    const QString before = point() ? pointKey(*point()) : QString();
    m_points = points;
    m_index = m_session.isOpen() && index >= 0 && index < static_cast<int>(points.points.size()) ? index : -1;
    m_stack->setCurrentIndex(m_index >= 0 ? 1 : 0);
    if (!point()) return showFinetuneForm(false);
    const StudyPoint& shown = *point();
    if (pointKey(shown) != before) showFinetuneForm(false);
    m_mark->setPoint(shown);
    static_cast<ElidedLabel*>(m_title)->setFullText(pointTitle(shown));
    showAccuracy(shown);
    m_strip->setLayers(stripLayersOf(m_session.overview()->table, shown.assignment));
    m_counts->setCounts(layersByWidth(shown.assignment), tr("layers"));
    m_note->setText(shown.sameForAllSeeds ? QString() : tr("Each seed draws its own layers; these are seed %1's.").arg(shown.seeds.front()));
    m_note->setVisible(!shown.sameForAllSeeds);
    showMeasured(shown);
    showEstimated(shown);
    showProvenance(shown);
}

void PointPanel::showAccuracy(const StudyPoint& point)
{
    m_number->setText(numberText(100 * point.mean, 1));
    const MetricWords& words = metricWords(m_session.overview());
    m_unit->setText(accuracyWords(point, words));
    QStringList sentences;
    if (m_points.fullPrecision) {
        const double below = 100 * (*m_points.fullPrecision - point.mean);
        sentences << (below >= 0.05 ? tr("%1 points below full precision.").arg(numberText(below, 1))
                : below > -0.05     ? words.asGood
                                    : tr("%1 points above full precision.").arg(numberText(-below, 1)));
    }
    if (!point.otherEffort.empty())
        sentences << tr("%1, so not compared with the others.").arg(otherEffortText(*m_session.overview(), point));
    else
        sentences << (point.best ? tr("Best at its cost.") : tr("Dominated: another point is at least as good at no more cost."));
    m_sentence->setText(sentences.join(QLatin1Char(' ')));
}

void PointPanel::showMeasured(const StudyPoint& point)
{
    const StudyOverview& study = *m_session.overview();
    const RunRecord* run = firstRun(study, point);
    const Provenance provenance = provenanceOf(run);
    m_measured->clear();
    QStringList source;
    if (!provenance.cpuName.empty()) source << QString::fromStdString(provenance.cpuName);
    if (run) source << plural(provenance.threads, tr("thread"), tr("threads"));
    m_measured->setSource(source.join(QStringLiteral(", ")));
    QStringList values;
    for (const double value : point.values) values << numberText(100 * value, 1);
    const MetricWords& words = metricWords(study.task);
    m_measured->addFact(tr("%1, %2").arg(words.title, seedsText(point.seeds)), values.join(QStringLiteral(" ")),
        tr("%1, in percent, one training run a seed.").arg(words.meaning));
    double seconds = 0;
    int timed = 0;
    for (const std::int64_t id : point.runs)
        if (const RunRecord* one = study.run(id); one && one->wallSeconds > 0) {
            seconds += one->wallSeconds;
            ++timed;
        }
    if (timed > 0)
        m_measured->addFact(tr("Training, each run"), durationText(seconds / timed), tr("Time that a run took from start to end, mean over the seeds."));
    if (run && run->metrics)
        m_measured->addFact(tr("Loss"), numberText(run->metrics->loss, 3), words.lossMeaning);
}

void PointPanel::showEstimated(const StudyPoint& point)
{
    const LayerTable& table = m_session.overview()->table;
    m_estimated->clear();
    m_estimated->setSource(tr("by cost models"));
    const double highest = innerCost(linearCost(), table, uniformAssignment(table, m_points.highestBits));
    if (highest > 0)
        m_estimated->addFact(tr("Linear cost"), percentText(innerCost(linearCost(), table, point.assignment) / highest),
            tr("MACs times bit width over the layers that can be chosen, as a share of all %1 bit.").arg(m_points.highestBits));
    m_estimated->addFact(tr("Bit operations"), bitOperationsText(totalCost(bitOperationsCost(), table, point.assignment)),
        tr("MACs times weight bits times activation bits, all layers, one image."));
    m_estimated->addFact(tr("Size"), sizeText(totalCost(weightBytesCost(), table, point.assignment)), tr("Weights of all layers, packed to their widths."));
}

void PointPanel::showProvenance(const StudyPoint& point)
{
    const StudyOverview& study = *m_session.overview();
    const RunRecord* run = firstRun(study, point);
    m_provenance->clear();
    const QString recipe = QString::fromStdString(point.effort.recipe);
    m_provenance->addFact(tr("Training"), tr("%1, %2").arg(epochsText(point.effort.epochs), recipe.isEmpty() ? tr("unknown recipe") : recipe),
        tr("Epochs of the training images, and the recipe that says how."));
    if (!run) {
        m_provenance->addFact(tr("Runs"), tr("no longer in the study"), {});
        return;
    }
    const Provenance provenance = provenanceOf(run);
    m_provenance->addFact(tr("Start"), startText(study, point.effort), tr("The weights that the training began with."));
    const QString dataSet = QString::fromStdString(study.setting("data")).section(QLatin1Char(':'), 0, 0);
    m_provenance->addFact(tr("Data"), QStringLiteral("%1, %2").arg(dataSet, QString::fromStdString(provenance.dataHash).left(8)),
        tr("The data set and the start of its content's hash."));
    m_provenance->addFact(tr("Code"), QString::fromStdString(provenance.codeVersion), tr("Version of Halftone that trained it."));
    QStringList runs;
    for (const std::int64_t id : point.runs) runs << QString::number(id);
    m_provenance->addFact(runs.size() == 1 ? tr("Run") : tr("Runs"), runs.join(QStringLiteral(", ")), tr("Numbers of the runs in Training."));
}

void PointPanel::fillForm()
{
    const StudyOverview& study = *m_session.overview();
    std::int64_t baseEpochs = 0;
    if (m_points.effort.start.starts_with("run ")) {
        const auto base = std::ranges::find(study.runs, m_points.effort.start.substr(4), &RunRecord::key);
        if (base != study.runs.end() && base->kind == "base") baseEpochs = effortOf(*base).epochs;
    }
    std::uint64_t next = 0;
    for (const std::uint64_t seed : point()->seeds)
        if (point()->otherEffort.empty()) next = std::max(next, seed + 1);
    m_form->setTarget(nameForSaving(study, *point()), m_points.effort, baseEpochs, next);
    m_form->askTime(!needsSaving(*point()));
}

void PointPanel::showFinetuneForm(bool shown)
{
    if (shown && point()) fillForm();
    m_form->setVisible(shown && point());
    m_buttons->setVisible(!shown);
}

void PointPanel::copyBits() const
{
    if (point()) QGuiApplication::clipboard()->setText(QString::fromStdString(toText(point()->assignment)));
}

} // namespace halftone
