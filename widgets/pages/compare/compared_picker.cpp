// Fills the list and keeps its headings from being chosen.
#include "widgets/pages/compare/compared_picker.h"

#include <QAbstractItemView>
#include <QStandardItemModel>

#include "widgets/controls/fields.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kKeyRole = Qt::UserRole;
constexpr int kLetters = 16; // longer names are cut in the closed list
constexpr int kListWidth = 280;

QString headingOf(ComparedKind kind)
{
    switch (kind) {
    case ComparedKind::Assignment:
        return ComparedPicker::tr("Saved assignments");
    case ComparedKind::Width:
        return ComparedPicker::tr("One width");
    case ComparedKind::Point:
        return ComparedPicker::tr("Frontier points");
    case ComparedKind::Run:
        break;
    }
    return ComparedPicker::tr("Runs");
}

} // namespace

ComparedPicker::ComparedPicker(QWidget* parent)
    : QComboBox(parent)
{
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(kLetters);
    view()->setMinimumWidth(kListWidth);
    setModel(new QStandardItemModel(this));
    setNumbersFont(*this);
}

void ComparedPicker::setChoices(const std::vector<Compared>& all, const QString& key)
{
    auto* items = static_cast<QStandardItemModel*>(model());
    items->clear();
    std::optional<ComparedKind> kind;
    int current = -1;
    for (const Compared& one : all) {
        if (kind != one.kind) {
            auto* heading = new QStandardItem(headingOf(one.kind)); // the model owns it
            heading->setFlags(Qt::NoItemFlags);
            heading->setFont(themeOf(this).font(TextStyle::Caption));
            items->appendRow(heading);
            kind = one.kind;
        }
        auto* item = new QStandardItem(one.name);
        item->setData(one.key, kKeyRole);
        items->appendRow(item);
        if (one.key == key || current < 0) current = items->rowCount() - 1;
    }
    setCurrentIndex(current);
}

QString ComparedPicker::key() const { return currentData(kKeyRole).toString(); }
void ComparedPicker::choose(const QString& key) { setCurrentIndex(findData(key, kKeyRole)); }

} // namespace halftone
