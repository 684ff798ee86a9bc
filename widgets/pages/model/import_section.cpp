// The words about an import, from the study's setting of that name.
#include "widgets/pages/model/import_section.h"

#include <algorithm>

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <nlohmann/json.hpp>

#include "core/studies/model_import.h"
#include "widgets/controls/hint_tip.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/text_label.h"
#include "widgets/format/quantity.h"
#include "widgets/session/session.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kMark = 16;
constexpr qsizetype kFoldedLines = 3;
constexpr qsizetype kMostLines = 100;

QString words(const char* text) { return QCoreApplication::translate("ImportSection", text); }

// What was left out of a study that was made before its keys were kept: the import's own sentence.
QString oldSentence(const std::string& setting)
{
    const auto import = nlohmann::json::parse(setting, nullptr, false);
    const auto found = import.is_object() ? import.find("summary") : import.end();
    if (!import.is_object() || found == import.end() || !found->is_string()) return {};
    const QString summary = QString::fromStdString(found->get<std::string>());
    const auto rest = summary.indexOf(QLatin1String("; "));
    return rest < 0 ? QString() : summary.at(rest + 2).toUpper() + summary.mid(rest + 3);
}

QStringList linesOf(const ImportReport& import)
{
    QStringList lines;
    for (const KeyMapping& mapping : import.mapped) {
        const QString key = codeSpan(QString::fromStdString(mapping.key));
        lines << (mapping.name.empty() ? words("%1 was taken off all names.").arg(key)
                                       : words("%1 was read as %2.").arg(key, codeSpan(QString::fromStdString(mapping.name))));
    }
    if (const std::int64_t count = import.keys.withoutStatistics; count > 0)
        lines << words("%1 batch norms have no statistics in the file; a mean of 0 and a variance of 1 are taken.").arg(wholeText(count));
    for (const auto& key : import.keys.unexpected) {
        const QString name = codeSpan(QString::fromStdString(key.name));
        lines << (key.nearest.empty()
                ? words("%1 is in the file, not in the network.").arg(name)
                : words("%1 is in the file, not in the network. Nearest: %2.").arg(name, codeSpan(QString::fromStdString(key.nearest.front()))));
    }
    if (const auto listed = static_cast<std::int64_t>(import.keys.unexpected.size()); import.leftOut > listed)
        lines << words("And %1 more.").arg(wholeText(import.leftOut - listed));
    return lines;
}

} // namespace

ImportWords importWords(const StudyOverview& study)
{
    const std::string setting = study.setting("import");
    const auto import = importReportFromJson(setting);
    const QString file = QString::fromStdString(study.modelFile);
    if (!import) return {.verdict = {}, .sentence = words("This study does not say where its weights come from."), .lines = {}, .source = {}};
    if (import->format == "random")
        return {.verdict = words("not imported"), .sentence = words("The weights began at %1.").arg(file), .lines = {}, .source = {}};
    ImportWords made{.verdict = {}, .sentence = {}, .lines = linesOf(*import), .source = QString::fromStdString(import->source)};
    const std::int64_t found = import->keys.matched;
    const auto all = std::max(found, static_cast<std::int64_t>(study.network->parameters().size()));
    const QString old = oldSentence(setting);
    made.complete = found == all && import->leftOut == 0 && old.isEmpty();
    made.verdict = import->leftOut > 0 ? words("%1 of the file's %2 keys unmatched").arg(wholeText(import->leftOut), wholeText(found + import->leftOut))
                                       : words("%1 of %2 keys matched").arg(wholeText(found), wholeText(all));
    const QString format = QString::fromStdString(import->format), wrappers = QString::fromStdString(import->wrappers);
    QString origin = format.isEmpty() ? file : words("%1, read as %2").arg(file, format);
    if (!wrappers.isEmpty()) origin += words(", inside %1").arg(wrappers.endsWith(QLatin1Char('.')) ? wrappers.chopped(1) : wrappers);
    made.sentence = origin + QLatin1Char('.');
    if (!old.isEmpty()) made.sentence += QLatin1Char(' ') + old;
    return made;
}

ImportSection::ImportSection(Session& session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_mark(new QLabel)
    , m_verdict(makeLabel({}, TextStyle::Small, Role::Ink2))
    , m_sentence(makeSentence({}, TextStyle::Small, Role::Ink2))
{
    setObjectName(QStringLiteral("importSection"));
    m_verdict->setObjectName(QStringLiteral("importVerdict"));
    m_sentence->setObjectName(QStringLiteral("importSentence"));
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(themeOf(this).space().unit);
    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    row->addWidget(makeLabel(tr("Import"), TextStyle::Heading));
    row->addStretch(1);
    row->addWidget(m_mark);
    row->addWidget(m_verdict);
    column->addLayout(row);
    column->addWidget(m_sentence);
    m_lines = new QVBoxLayout;
    m_lines->setSpacing(themeOf(this).space().unit);
    column->addLayout(m_lines);
    auto* buttons = new QHBoxLayout;
    m_again = new PushButton(tr("Map and import again"));
    m_again->setObjectName(QStringLiteral("importAgain"));
    m_again->setToolTip(tipText(tr("Map and import again"), tr("Leads to Start, where the file's keys can be given other names; a new study is made of it.")));
    m_more = new PushButton({}, ButtonKind::Quiet);
    m_more->setObjectName(QStringLiteral("importMore"));
    buttons->addWidget(m_again);
    buttons->addWidget(m_more);
    buttons->addStretch(1);
    column->addLayout(buttons);
    connect(m_again, &QPushButton::clicked, this, [this] { m_session.showImport(m_source); });
    connect(m_more, &QPushButton::clicked, this, [this] {
        m_isOpen = !m_isOpen;
        showLines();
    });
    m_again->hide();
    m_more->hide();
}

void ImportSection::setStudy(const StudyOverview* study)
{
    setVisible(study != nullptr);
    if (!study) return;
    const ImportWords shown = importWords(*study);
    m_verdict->setText(shown.verdict);
    m_sentence->setText(shown.sentence);
    const Theme& theme = themeOf(this);
    const QIcon mark = shown.complete ? icon(u"tick", theme, Role::Ok) : icon(u"warning", theme, Role::Warn);
    m_mark->setPixmap(mark.pixmap(QSize(kMark, kMark), devicePixelRatioF()));
    m_mark->setVisible(!shown.verdict.isEmpty());
    m_source = shown.source;
    m_again->setVisible(!shown.complete && !m_source.isEmpty());
    if (m_shown == shown.lines) return; // the fold stays as it is
    m_shown = shown.lines;
    m_isOpen = false;
    showLines();
}

void ImportSection::showLines()
{
    while (QLayoutItem* item = m_lines->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const auto count = m_isOpen ? std::min(m_shown.size(), kMostLines) : std::min(m_shown.size(), kFoldedLines);
    for (qsizetype i = 0; i < count; ++i) m_lines->addWidget(makeSentence(m_shown[i], TextStyle::Small, Role::Ink2));
    m_more->setVisible(m_shown.size() > kFoldedLines);
    m_more->setText(m_isOpen ? tr("Fewer") : tr("%1 more").arg(m_shown.size() - kFoldedLines));
}

} // namespace halftone
