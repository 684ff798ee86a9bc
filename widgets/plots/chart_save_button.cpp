// The small Save button of a chart: a menu of PNG, SVG, PDF and CSV, and the choice of a file.
#include "widgets/plots/chart_save_button.h"

#include "widgets/plots/chart.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>

#include <algorithm>
#include <array>

namespace halftone {

namespace {

struct Format {
    const char* ending;
    const char* words;
};
constexpr std::array kFormats = {Format{"png", QT_TRANSLATE_NOOP("ChartSaveButton", "Picture, PNG")},
    Format{"svg", QT_TRANSLATE_NOOP("ChartSaveButton", "Drawing, SVG")}, Format{"pdf", QT_TRANSLATE_NOOP("ChartSaveButton", "Page, PDF")},
    Format{"csv", QT_TRANSLATE_NOOP("ChartSaveButton", "Numbers, CSV")}};

// "Training loss" -> "training-loss"
QString fileName(const QString& title)
{
    QString name;
    for (const QChar c : title.toLower()) {
        if (c.isLetterOrNumber()) name += c;
        else if (!name.isEmpty() && !name.endsWith(QLatin1Char('-'))) name += QLatin1Char('-');
    }
    while (name.endsWith(QLatin1Char('-'))) name.chop(1);
    return name.isEmpty() ? QStringLiteral("chart") : name;
}

} // namespace

ChartSaveButton::ChartSaveButton(Chart* chart, QWidget* parent)
    : ChartSaveButton(std::vector<Chart*>{chart}, tr("Save chart"), parent)
{
}

ChartSaveButton::ChartSaveButton(std::vector<Chart*> charts, const QString& text, QWidget* parent)
    : PushButton(text, ButtonKind::Plain, parent)
    , m_charts(charts.begin(), charts.end())
{
    setIconName(QStringLiteral("save"));
    buildMenu();
    for (Chart* chart : charts) connect(chart, &Chart::emptied, this, &ChartSaveButton::follow);
    follow();
}

void ChartSaveButton::follow()
{
    const bool any = std::ranges::any_of(m_charts, [](const QPointer<Chart>& chart) { return chart && !chart->isEmpty(); });
    setEnabled(any);
    setToolTip(any                    ? tr("Saves what is shown as a picture, or its numbers as CSV")
            : m_charts.size() > 1 ? tr("There is nothing to save yet: the charts are empty.")
                                  : tr("There is nothing to save yet: the chart is empty."));
}

void ChartSaveButton::setFolder(const QString& folder) { m_folder = folder; }

void ChartSaveButton::buildMenu()
{
    auto* menu = new QMenu(this);
    for (const Format& format : kFormats) {
        const QString ending = QString::fromLatin1(format.ending);
        QAction* action = menu->addAction(tr(format.words));
        action->setObjectName(QStringLiteral("save-") + ending);
        connect(action, &QAction::triggered, this, [this, ending] { chooseFile(ending); });
    }
    setMenu(menu);
}

void ChartSaveButton::chooseFile(const QString& ending)
{
    const bool one = m_charts.size() == 1 && m_charts.front();
    const QString proposed = one ? fileName(m_charts.front()->title()) : QStringLiteral("charts");
    const QDir folder(m_folder.isEmpty() ? QDir::homePath() : m_folder);
    auto* dialog = new QFileDialog(this, text(), folder.path(), QStringLiteral("*.") + ending);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(ending);
    dialog->selectFile(proposed + QLatin1Char('.') + ending);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        const Status status = saveTo(path);
        if (!status.ok()) {
            emit failed(QString::fromStdString(status.error().message));
            return;
        }
        const QString chosen = QFileInfo(path).absolutePath();
        if (chosen != m_folder) {
            m_folder = chosen;
            emit folderChanged(chosen);
        }
        emit saved(path);
    });
    dialog->open();
}

Status ChartSaveButton::saveTo(const QString& path)
{
    const QFileInfo info(path);
    for (const QPointer<Chart>& chart : m_charts) {
        if (!chart) continue;
        QString one = path;
        if (m_charts.size() > 1) {
            const QString name = info.completeBaseName() + QLatin1Char('-') + fileName(chart->title()) + QLatin1Char('.') + info.suffix();
            one = info.dir().filePath(name);
        }
        HALFTONE_CHECK(chart->saveAs(one));
    }
    return {};
}

} // namespace halftone
