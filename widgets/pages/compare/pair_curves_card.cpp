// Reads the curves from the study file and draws them.
#include "widgets/pages/compare/pair_curves_card.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "widgets/controls/push_button.h"
#include "widgets/controls/text_label.h"
#include "widgets/format/metric_words.h"
#include "widgets/plots/curve_chart.h"
#include "widgets/session/session.h"
#include "widgets/theme/series_role.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kNameWidth = 90; // of a name in a button
constexpr int kLeastChart = 110;

} // namespace

PairCurvesCard::PairCurvesCard(Session& session, QWidget* parent)
    : Card(metricWords(session.overview()).test, parent)
    , m_session(session)
    , m_chart(new CurveChart)
    , m_none(makeSentence({}))
    , m_stack(new QStackedWidget)
    , m_sentence(makeSentence({}))
    , m_loadFirst(new PushButton({}))
    , m_loadSecond(new PushButton({}))
{
    m_chart->setObjectName(QStringLiteral("compareCurves"));
    m_none->setAlignment(Qt::AlignCenter);
    m_stack->addWidget(m_chart);
    m_stack->addWidget(m_none);
    // The wrapped sentence below makes the layout take what a chart would like for what it needs; the graph above wants that height.
    m_stack->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Ignored);
    m_stack->setMinimumHeight(kLeastChart);
    body()->addWidget(m_stack, 1);
    addRule();
    m_sentence->setObjectName(QStringLiteral("compareSentence"));
    body()->addWidget(m_sentence);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(themeOf(this).space().grid);
    m_loadFirst->setObjectName(QStringLiteral("compareLoadFirst"));
    m_loadSecond->setObjectName(QStringLiteral("compareLoadSecond"));
    buttons->addWidget(m_loadFirst);
    buttons->addWidget(m_loadSecond);
    buttons->addStretch(1);
    body()->addLayout(buttons);
    connect(m_loadFirst, &QPushButton::clicked, this, [this] { emit loadRequested(false); });
    connect(m_loadSecond, &QPushButton::clicked, this, [this] { emit loadRequested(true); });
}

void PairCurvesCard::setPair(const ComparedPair& pair)
{
    m_pair = pair;
    m_sentence->setText(effortSentence(*m_session.overview(), pair));
    const auto label = [this](PushButton& button, const QString& name) {
        button.setText(tr("Load %1 into Bits").arg(fontMetrics().elidedText(name, Qt::ElideMiddle, kNameWidth)));
        button.setToolTip(name);
    };
    label(*m_loadFirst, pair.first.name);
    label(*m_loadSecond, pair.second.name);
    readCurves();
}

void PairCurvesCard::readCurves()
{
    const int question = ++m_question;
    if (!m_pair.bothMeasured()) {
        m_chart->clear();
        m_none->setText(tr("Curves of both runs stand here once they have been trained."));
        m_stack->setCurrentIndex(1);
        return;
    }
    using Both = std::pair<std::vector<SeriesByName>, std::vector<SeriesByName>>;
    m_session.read(
        [first = m_pair.firstPoint->runs, second = m_pair.secondPoint->runs](StudyFile& file, const TaskContext&) -> Result<Both> {
            Both both;
            HALFTONE_TRY(both.first, storedCurves(file, first));
            HALFTONE_TRY(both.second, storedCurves(file, second));
            return both;
        },
        this, [this, question](const Result<Both>& both) {
            if (question != m_question) return;
            if (both.ok()) return showCurves(both->first, both->second);
            m_none->setText(QString::fromStdString(both.error().message));
            m_stack->setCurrentIndex(1);
        });
}

void PairCurvesCard::showCurves(const std::vector<SeriesByName>& first, const std::vector<SeriesByName>& second)
{
    m_chart->clear();
    const QString name = sharedSeries(first, second);
    const std::vector<CurvePoint> one = meanCurve(first, name), other = meanCurve(second, name);
    m_stack->setCurrentIndex(one.empty() || other.empty() ? 1 : 0);
    m_none->setText(tr("No curves are stored of these runs."));
    if (one.empty() || other.empty()) return;
    const bool accuracy = name == QLatin1String("test accuracy");
    const auto seeds = static_cast<qsizetype>(std::max(first.size(), second.size()));
    const MetricWords& words = metricWords(m_session.overview());
    setHeading(accuracy ? words.test : tr("Training loss"));
    const QString unit = accuracy ? QStringLiteral("%") : words.loss;
    setSubtitle(seeds > 1 ? tr("%1, mean of %2 seeds").arg(unit).arg(seeds) : unit);
    m_chart->setTitle(heading(), tr("%1 with %2").arg(m_pair.first.name, m_pair.second.name));
    const Role role = seriesRole(m_pair.first.metric), otherRole = seriesRole(m_pair.second.metric);
    const bool same = role == otherRole;
    m_chart->setOptions({.epochs = static_cast<double>(std::max(m_pair.firstPoint->effort.epochs, m_pair.secondPoint->effort.epochs))});
    m_chart->setCurve(QStringLiteral("first"), {.label = m_pair.first.name, .colour = same ? Role::SeriesAlps : role, .group = m_pair.first.name});
    m_chart->setCurve(QStringLiteral("second"), {.label = m_pair.second.name, .colour = same ? Role::SeriesEagl : otherRole, .group = m_pair.second.name});
    m_chart->setPoints(QStringLiteral("first"), one);
    m_chart->setPoints(QStringLiteral("second"), other);
}

} // namespace halftone
