// The words about an import, from the study's setting of that name.
#include "widgets/pages/model/import_section.h"

#include <algorithm>

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <nlohmann/json.hpp>

#include "widgets/controls/text_label.h"
#include "widgets/format/quantity.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kMark = 16;

QString words(const char* text) { return QCoreApplication::translate("ImportSection", text); }

// A string field, or nothing.
QString field(const nlohmann::json& import, const char* name)
{
    const auto found = import.find(name);
    return found != import.end() && found->is_string() ? QString::fromStdString(found->get<std::string>()) : QString();
}

// The summary begins with how many keys were found, which the verdict says already.
QString unmatched(const QString& summary)
{
    const auto rest = summary.indexOf(QLatin1String("; "));
    if (rest < 0) return {};
    QString text = summary.mid(rest + 2);
    text[0] = text[0].toUpper();
    return text;
}

} // namespace

ImportWords importWords(const StudyOverview& study)
{
    const auto import = nlohmann::json::parse(study.setting("import"), nullptr, false);
    const QString file = QString::fromStdString(study.modelFile);
    if (!import.is_object()) return {.verdict = {}, .sentence = words("This study does not say where its weights come from.")};
    const QString format = field(import, "format");
    if (format == QLatin1String("random")) return {.verdict = words("not imported"), .sentence = words("The weights began at %1.").arg(file)};
    ImportWords made;
    const auto matched = import.find("matched");
    const std::int64_t found = matched != import.end() && matched->is_number_integer() ? matched->get<std::int64_t>() : 0;
    const auto all = std::max(found, static_cast<std::int64_t>(study.network->parameters().size()));
    made.verdict = words("%1 of %2 keys matched").arg(wholeText(found), wholeText(all));
    const QString rest = unmatched(field(import, "summary"));
    made.complete = found == all && rest.isEmpty();
    const QString wrappers = field(import, "wrappers");
    QString origin = format.isEmpty() ? file : words("%1, read as %2").arg(file, format);
    if (!wrappers.isEmpty()) origin += words(", inside %1").arg(wrappers);
    made.sentence = origin + QStringLiteral(".");
    if (!rest.isEmpty()) made.sentence += QLatin1Char(' ') + rest;
    return made;
}

ImportSection::ImportSection(QWidget* parent)
    : QWidget(parent)
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
}

} // namespace halftone
