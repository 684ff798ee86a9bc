// The look of tables and lists: rows of one height, lines across only, numbers in their own font, bit glyphs in cells.
#pragma once

#include "widgets/theme/theme.h"

#include <QStyledItemDelegate>

class QListView;
class QTableView;

namespace halftone {

// What an item model may answer besides Qt's own roles.
enum CellRole {
    BitsRole = Qt::UserRole + 100, // int: the glyph of the width stands before the text (the number when there is no text)
    NumberRole, // bool: the text is a number, a name of a layer, a file: the numbers' font
    InkRole, // int(Role): colour of the text
    IconRole, // QString: one of iconNames(), before the text
    StripRole, // QVariant of std::vector<StripLayer>: a bit strip fills the cell
    HeadingRole, // bool: the row is a heading inside the table
};

struct TableLook {
    bool headerLine = true; // a stronger line under the header
    bool rowHover = true; // the whole row under the mouse
    bool lastLine = true; // a line under the last row
    int padding = 8; // left and right in a cell
    int edgePadding = 8; // before the first and after the last column
};

// 28 px rows, no vertical grid, captions as header, whole rows selected, sorting by the header, keyboard as usual.
// The delegate it installs paints the roles above; columns right-aligned by the model's TextAlignmentRole.
void setUpTable(QTableView& table, const TableLook& look = {});
void setUpList(QListView& list);

class TableDelegate : public QStyledItemDelegate {
public:
    explicit TableDelegate(const TableLook& look, QObject* parent);

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    // A click on the box of a checkable row, or the space bar, turns it.
    bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option, const QModelIndex& index) override;

private:
    TableLook m_look;
};

} // namespace halftone
