// Lays out the comparison's choices and writes its command.
#include "widgets/pages/frontier/add_points_form.h"

#include <algorithm>
#include <set>

#include <QCheckBox>
#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QVBoxLayout>

#include "core/sensitivity/all_metrics.h"
#include "widgets/controls/fields.h"
#include "widgets/controls/hint_tip.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/text_label.h"
#include "widgets/session/estimate_caption.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

struct MethodWords {
    QString name;
    QString explanation;
};
struct BaselineWords {
    const char* name;
    const char* explanation;
};
constexpr BaselineWords kBaselines[] = {
    {"uniform", QT_TRANSLATE_NOOP("AddPointsForm", "Baseline: every layer is worth the same, so the most layers stay wide.")},
    {"first-to-last", QT_TRANSLATE_NOOP("AddPointsForm", "Baseline: layers fall to the low width from the first on.")},
    {"last-to-first", QT_TRANSLATE_NOOP("AddPointsForm", "Baseline: layers fall to the low width from the last on.")},
    {"random", QT_TRANSLATE_NOOP("AddPointsForm", "Baseline: layers fall in an order drawn anew for each seed.")},
};
constexpr int kLabelWidth = 72;
constexpr std::int64_t kUsualSeeds = 3, kUsualEpochs = 2; // as `halftone frontier`

// Every metric that there is, then the baselines.
std::vector<MethodWords> allMethods()
{
    std::vector<MethodWords> methods;
    const auto words = [](std::string_view text) { return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())); };
    for (const MetricInfo& metric : allMetrics()) methods.push_back({words(metric.name), words(metric.description) + QLatin1Char('.')});
    for (const BaselineWords& baseline : kBaselines)
        methods.push_back({QString::fromLatin1(baseline.name), QCoreApplication::translate("AddPointsForm", baseline.explanation)});
    return methods;
}

QLabel* rowLabel(const QString& text)
{
    QLabel* label = makeLabel(text, TextStyle::Small, Role::Ink2);
    label->setFixedWidth(kLabelWidth);
    return label;
}

} // namespace

QStringList defaultComparison() { return {QStringLiteral("frontier"), QStringLiteral("STUDY")}; }

AddPointsForm::AddPointsForm(Session& session, QWidget* parent)
    : Card(tr("Add points"), parent)
    , m_estimate(new EstimateCaption(session, this))
{
    setObjectName(QStringLiteral("addPointsForm"));
    setSubtitle(tr("every method at every budget, trained alike; points that are there take no time"));
    body()->addWidget(buildMethods());
    body()->addWidget(buildNumbers());
    connect(m_estimate, &EstimateCaption::told, m_caption, &QLabel::setText);
}

QWidget* AddPointsForm::buildMethods()
{
    auto* row = new QWidget;
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(themeOf(this).space().gap);
    line->addWidget(rowLabel(tr("Methods")));
    for (const MethodWords& method : allMethods()) {
        auto* box = new QCheckBox(Theme::metricName(method.name));
        box->setObjectName(QStringLiteral("method-") + method.name);
        box->setToolTip(tipText(Theme::metricName(method.name), method.explanation));
        box->setProperty("metric", method.name);
        connect(box, &QCheckBox::toggled, this, &AddPointsForm::update);
        m_methods.push_back(box);
        line->addWidget(box);
    }
    line->addStretch(1);
    return row;
}

QWidget* AddPointsForm::buildNumbers()
{
    auto* row = new QWidget;
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(themeOf(this).space().grid);
    m_budgets = new QLineEdit;
    m_budgets->setObjectName(QStringLiteral("budgets"));
    m_budgets->setAccessibleName(tr("Budgets in percent"));
    m_budgets->setToolTip(tipText(tr("Budgets, %"), tr("Linear cost as a share of all layers at the highest width, with commas between.")));
    setNumbersFont(*m_budgets);
    m_budgets->setMinimumWidth(165);
    m_budgets->setMaximumWidth(220);
    m_seeds = new NumberField({.minimum = 1, .maximum = 1000, .fieldWidth = 56});
    m_seeds->field()->setAccessibleName(tr("Seeds"));
    m_epochs = new NumberField({.minimum = 1, .maximum = 10000, .fieldWidth = 56});
    m_epochs->field()->setAccessibleName(tr("Epochs"));
    m_refusal = makeLabel({}, TextStyle::Small, Role::Fail);
    m_caption = makeLabel({}, TextStyle::Small, Role::Ink3);
    m_caption->setObjectName(QStringLiteral("addPointsTime"));
    m_start = new PushButton(tr("Start"), ButtonKind::Primary);
    m_start->setObjectName(QStringLiteral("startComparison"));
    auto* cancel = new PushButton(tr("Cancel"), ButtonKind::Quiet);
    line->addWidget(rowLabel(tr("Budgets, %")));
    line->addSpacing(themeOf(this).space().grid);
    line->addWidget(m_budgets, 1);
    line->addSpacing(themeOf(this).space().grid);
    line->addWidget(makeLabel(tr("Seeds"), TextStyle::Small, Role::Ink2));
    line->addWidget(m_seeds);
    line->addSpacing(themeOf(this).space().grid);
    line->addWidget(makeLabel(tr("Epochs"), TextStyle::Small, Role::Ink2));
    line->addWidget(m_epochs);
    line->addWidget(m_refusal);
    line->addStretch(1);
    line->addWidget(m_caption);
    line->addWidget(m_start);
    line->addWidget(cancel);
    connect(m_budgets, &QLineEdit::textChanged, this, &AddPointsForm::update);
    connect(m_seeds, &NumberField::valueChosen, this, &AddPointsForm::update);
    connect(m_epochs, &NumberField::valueChosen, this, &AddPointsForm::update);
    connect(m_start, &QPushButton::clicked, this, [this] { emit startRequested(arguments()); });
    connect(cancel, &QPushButton::clicked, this, &AddPointsForm::cancelled);
    return row;
}

void AddPointsForm::startFrom(const StudyPoints& points)
{
    std::set<std::string> methods;
    std::set<double, std::greater<>> budgets;
    for (const StudyPoint& point : points.points) {
        if (point.kind != PointKind::Method || !point.otherEffort.empty()) continue;
        methods.insert(point.metric);
        budgets.insert(point.budget);
    }
    for (QCheckBox* box : m_methods)
        box->setChecked(methods.empty() || methods.contains(box->property("metric").toString().toStdString()));
    if (budgets.empty()) budgets = {0.95, 0.85, 0.75, 0.65, 0.55};
    QStringList words;
    for (const double budget : budgets) words << QString::number(100 * budget, 'g', 4);
    m_budgets->setText(words.join(QStringLiteral(", ")));
    m_budgets->setCursorPosition(0);
    m_seeds->setValue(static_cast<double>(methods.empty() ? kUsualSeeds : std::max<std::int64_t>(1, points.seeds)));
    m_epochs->setValue(static_cast<double>(methods.empty() || points.effort.epochs < 1 ? kUsualEpochs : points.effort.epochs));
    update();
}

std::vector<double> AddPointsForm::budgets() const
{
    std::vector<double> found;
    for (const QString& word : m_budgets->text().split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        bool read = false;
        const double percent = word.trimmed().toDouble(&read);
        if (!read || percent <= 0 || percent > 100) return {};
        found.push_back(percent / 100);
    }
    return found;
}

QStringList AddPointsForm::arguments() const
{
    QStringList methods, shares;
    for (const QCheckBox* box : m_methods)
        if (box->isChecked()) methods << box->property("metric").toString();
    for (const double budget : budgets()) shares << QString::number(budget, 'g', 6);
    if (methods.isEmpty() || shares.isEmpty()) return {};
    return defaultComparison() << QStringLiteral("--metrics") << methods.join(QLatin1Char(',')) << QStringLiteral("--budgets")
                               << shares.join(QLatin1Char(',')) << QStringLiteral("--seeds")
                               << QString::number(static_cast<int>(m_seeds->value())) << QStringLiteral("--epochs")
                               << QString::number(static_cast<int>(m_epochs->value()));
}

void AddPointsForm::update()
{
    const bool budgetsRead = !budgets().empty();
    const bool anyMethod = std::ranges::any_of(m_methods, &QCheckBox::isChecked);
    setRefused(*m_budgets, !budgetsRead);
    m_refusal->setText(!budgetsRead ? tr("Between 0 and 100, with commas") : !anyMethod ? tr("Choose a method") : QString());
    m_refusal->setVisible(!m_refusal->text().isEmpty());
    m_start->setEnabled(budgetsRead && anyMethod);
    if (isVisible()) m_estimate->ask(arguments());
}

} // namespace halftone
