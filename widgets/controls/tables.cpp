// Sets tables and lists up and paints their cells.
#include "widgets/controls/tables.h"

#include "widgets/controls/bit_strip.h"
#include "widgets/theme/bit_look.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/theme_host.h"

#include <QEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QListView>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QTableView>

namespace halftone {

namespace {

constexpr int kGlyph = 12;
constexpr int kIcon = 16;
constexpr int kCheck = 14;
constexpr int kMarkGap = 8;

// The row under the mouse, as a property of the table, kept by the filter below and read by the delegate.
constexpr const char* kHoveredRow = "halftoneHoveredRow";

class RowHover : public QObject {
public:
    explicit RowHover(QTableView& table)
        : QObject(&table)
        , m_table(table)
    {
        table.viewport()->setMouseTracking(true);
        table.viewport()->installEventFilter(this);
    }

    bool eventFilter(QObject*, QEvent* event) override
    {
        if (event->type() == QEvent::MouseMove) show(m_table.indexAt(static_cast<QMouseEvent*>(event)->pos()).row());
        else if (event->type() == QEvent::Leave || event->type() == QEvent::Wheel) show(-1);
        return false;
    }

private:
    void show(int row)
    {
        const QVariant before = m_table.property(kHoveredRow);
        if (before.isValid() && before.toInt() == row) return;
        m_table.setProperty(kHoveredRow, row);
        m_table.viewport()->update();
    }

    QTableView& m_table;
};

// Captions, left or right as their column, a line below.
class CaptionHeader : public QHeaderView {
public:
    CaptionHeader(const TableLook& look, QWidget* parent)
        : QHeaderView(Qt::Horizontal, parent)
        , m_look(look)
    {
        setSectionsClickable(true);
        setHighlightSections(false);
        setStretchLastSection(true);
        setMinimumSectionSize(32);
        setDefaultSectionSize(64); // the last one is never narrower
        setFixedHeight(themeOf(this).space().row + 2);
        setMouseTracking(true);
    }

protected:
    void paintSection(QPainter* painter, const QRect& section, int index) const override
    {
        if (!model() || !section.isValid()) return;
        const Theme& theme = themeOf(this);
        painter->save();
        const bool pointed = section.contains(mapFromGlobal(QCursor::pos())) && underMouse();
        const bool sorted = isSortIndicatorShown() && sortIndicatorSection() == index;
        const QVariant alignment = model()->headerData(index, Qt::Horizontal, Qt::TextAlignmentRole);
        const bool right = alignment.isValid() && (alignment.toInt() & Qt::AlignRight);
        QRect words = section.adjusted(leftPadding(index), 0, -rightPadding(index), 0);
        painter->setFont(theme.font(TextStyle::Caption));
        painter->setPen(theme.colour(pointed || sorted ? Role::Ink : Role::Ink3));
        const QString text = model()->headerData(index, Qt::Horizontal, Qt::DisplayRole).toString();
        const QString shown = painter->fontMetrics().elidedText(text, Qt::ElideRight, words.width());
        painter->drawText(words, (right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter, shown);
        if (sorted && !text.isEmpty()) {
            const int wide = painter->fontMetrics().horizontalAdvance(shown);
            const int x = right ? words.right() - wide - 14 : words.left() + wide + 2;
            const QRectF arrow(x, section.center().y() - 5, 12, 12);
            paintIcon(*painter, arrow, sortIndicatorOrder() == Qt::AscendingOrder ? u"chevron-up" : u"chevron-down", theme.colour(Role::Ink3));
        }
        if (m_look.headerLine) painter->fillRect(QRect(section.left(), height() - 1, section.width(), 1), theme.colour(Role::BorderStrong));
        painter->restore();
    }

    bool viewportEvent(QEvent* event) override
    {
        if (event->type() == QEvent::HoverMove || event->type() == QEvent::Leave) viewport()->update();
        return QHeaderView::viewportEvent(event);
    }

    void paintEvent(QPaintEvent* event) override
    {
        QHeaderView::paintEvent(event);
        if (!m_look.headerLine || length() >= viewport()->width()) return;
        QPainter painter(viewport());
        painter.fillRect(QRect(length(), height() - 1, viewport()->width() - length(), 1), themeOf(this).colour(Role::BorderStrong));
    }

private:
    int leftPadding(int index) const { return visualIndex(index) == 0 ? m_look.edgePadding : m_look.padding; }
    int rightPadding(int index) const { return visualIndex(index) == count() - 1 ? m_look.edgePadding : m_look.padding; }

    TableLook m_look;
};

void paintText(QPainter& painter, QRect words, const QModelIndex& index, const Theme& theme, bool enabled)
{
    const QVariant font = index.data(Qt::FontRole);
    const bool heading = index.data(HeadingRole).toBool();
    if (font.isValid()) painter.setFont(font.value<QFont>());
    else if (heading) painter.setFont(theme.font(TextStyle::Strong));
    else painter.setFont(theme.font(index.data(NumberRole).toBool() ? TextStyle::NumberSmall : TextStyle::Small));
    const QVariant ink = index.data(InkRole);
    painter.setPen(theme.colour(!enabled ? Role::Axis : ink.isValid() ? static_cast<Role>(ink.toInt()) : Role::Ink));
    const QVariant alignment = index.data(Qt::TextAlignmentRole);
    const bool right = alignment.isValid() && (alignment.toInt() & Qt::AlignRight);
    const bool centre = alignment.isValid() && (alignment.toInt() & Qt::AlignHCenter);
    const QString text = index.data(Qt::DisplayRole).toString();
    const auto elide = index.data(NumberRole).toBool() ? Qt::ElideMiddle : Qt::ElideRight;
    const QString shown = painter.fontMetrics().elidedText(text, elide, words.width());
    painter.drawText(words, (right ? Qt::AlignRight : centre ? Qt::AlignHCenter : Qt::AlignLeft) | Qt::AlignVCenter, shown);
}

// The box of a checkable row, as a check box looks.
void paintCheck(QPainter& painter, const QRectF& box, bool checked, const Theme& theme)
{
    painter.setPen(QPen(theme.colour(checked ? Role::Accent : Role::Axis), 1));
    painter.setBrush(theme.colour(checked ? Role::Accent : Role::Field));
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), theme.radius().key - 0.5, theme.radius().key - 0.5);
    if (checked) paintIcon(painter, box, u"tick", theme.colour(Role::OnAccent));
}

} // namespace

TableDelegate::TableDelegate(const TableLook& look, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_look(look)
{
}

void TableDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Theme& theme = themeOf(option.widget);
    const auto* table = qobject_cast<const QTableView*>(option.widget);
    const bool enabled = option.state & QStyle::State_Enabled;
    const QVariant hovered = option.widget ? option.widget->property(kHoveredRow) : QVariant();
    const bool pointed = table ? hovered.isValid() && hovered.toInt() == index.row() : option.state & QStyle::State_MouseOver;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const bool firstColumn = !table || table->horizontalHeader()->visualIndex(index.column()) == 0;
    if (option.state & QStyle::State_Selected) {
        painter->fillRect(option.rect, theme.colour(Role::AccentSoft));
        // A marked row of what has the focus has an edge.
        if (firstColumn && option.widget && option.widget->hasFocus())
            painter->fillRect(QRect(option.rect.left(), option.rect.top(), 3, option.rect.height()), theme.colour(Role::Accent));
    }
    if (!(option.state & QStyle::State_Selected) && pointed && m_look.rowHover && !index.data(HeadingRole).toBool()) painter->fillRect(option.rect, theme.colour(Role::Hover));
    const bool last = index.row() == index.model()->rowCount(index.parent()) - 1;
    if (table && (!last || m_look.lastLine)) {
        painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), theme.colour(Role::Border));
    }
    const bool lastColumn = !table || table->horizontalHeader()->visualIndex(index.column()) == index.model()->columnCount() - 1;
    QRect words = option.rect.adjusted(firstColumn ? m_look.edgePadding : m_look.padding, 0, lastColumn ? -m_look.edgePadding : -m_look.padding, 0);
    const double middle = option.rect.center().y() + 0.5;
    const QVariant check = index.data(Qt::CheckStateRole);
    if (check.isValid()) {
        paintCheck(*painter, QRectF(words.left(), middle - kCheck / 2.0, kCheck, kCheck), check.toInt() == Qt::Checked, theme);
        words.setLeft(words.left() + kCheck + kMarkGap);
    }
    const QVariant strip = index.data(StripRole);
    if (strip.isValid()) {
        paintBitStrip(*painter, QRectF(words).adjusted(0, 7, 0, -7), strip.value<std::vector<StripLayer>>(), {}, theme);
        painter->restore();
        return;
    }
    const QVariant bits = index.data(BitsRole);
    if (bits.isValid()) {
        paintBitGlyph(*painter, QRectF(words.left(), middle - kGlyph / 2.0, kGlyph, kGlyph), bits.toInt(), theme);
        words.setLeft(words.left() + kGlyph + kMarkGap);
    }
    const QString iconName = index.data(IconRole).toString();
    if (!iconName.isEmpty()) {
        const QVariant ink = index.data(InkRole);
        paintIcon(*painter, QRectF(words.left(), middle - kIcon / 2.0, kIcon, kIcon), iconName, theme.colour(ink.isValid() ? static_cast<Role>(ink.toInt()) : Role::Ink2));
        words.setLeft(words.left() + kIcon + kMarkGap);
    }
    paintText(*painter, words, index, theme, enabled);
    // The current cell shows where the keyboard stands only when no row is marked.
    if ((option.state & QStyle::State_HasFocus) && !(option.state & QStyle::State_Selected)) {
        painter->setPen(QPen(theme.colour(Role::Accent), 1));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -1.5));
    }
    painter->restore();
}

bool TableDelegate::editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option, const QModelIndex& index)
{
    const QVariant check = index.data(Qt::CheckStateRole);
    constexpr auto kNeeded = Qt::ItemIsUserCheckable | Qt::ItemIsEnabled;
    if (!check.isValid() || (model->flags(index) & kNeeded) != kNeeded) return false;
    if (event->type() == QEvent::MouseButtonRelease) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        const QRect box(option.rect.left(), option.rect.top(), m_look.edgePadding + kCheck + kMarkGap / 2, option.rect.height());
        if (mouse->button() != Qt::LeftButton || !box.contains(mouse->pos())) return false;
    } else if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key != Qt::Key_Space && key != Qt::Key_Select) return false;
    } else {
        return false;
    }
    return model->setData(index, check.toInt() == Qt::Checked ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
}

QSize TableDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Theme& theme = themeOf(option.widget);
    const QFontMetricsF metrics(theme.font(index.data(NumberRole).toBool() ? TextStyle::NumberSmall : TextStyle::Small));
    int width = static_cast<int>(metrics.horizontalAdvance(index.data(Qt::DisplayRole).toString())) + 2 * m_look.padding + 2;
    if (index.data(BitsRole).isValid()) width += kGlyph + kMarkGap;
    if (!index.data(IconRole).toString().isEmpty()) width += kIcon + kMarkGap;
    if (index.data(Qt::CheckStateRole).isValid()) width += kCheck + kMarkGap;
    if (index.column() == 0) width += m_look.edgePadding - m_look.padding;
    if (index.column() == index.model()->columnCount() - 1) width += m_look.edgePadding - m_look.padding;
    if (index.data(StripRole).isValid()) width = 200;
    return {width, theme.space().row};
}

void setUpTable(QTableView& table, const TableLook& look)
{
    table.setHorizontalHeader(new CaptionHeader(look, &table));
    table.setItemDelegate(new TableDelegate(look, &table));
    table.verticalHeader()->hide();
    table.verticalHeader()->setDefaultSectionSize(themeOf(&table).space().row);
    table.verticalHeader()->setMinimumSectionSize(themeOf(&table).space().row);
    table.setShowGrid(false);
    table.setFrameShape(QFrame::NoFrame);
    table.setSelectionBehavior(QAbstractItemView::SelectRows);
    table.setSelectionMode(QAbstractItemView::SingleSelection);
    table.setEditTriggers(QAbstractItemView::NoEditTriggers);
    table.setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table.setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    table.verticalScrollBar()->setSingleStep(themeOf(&table).space().row);
    table.setWordWrap(false);
    table.setTabKeyNavigation(false);
    table.setCornerButtonEnabled(false);
    new RowHover(table);
}

void setUpList(QListView& list)
{
    TableLook look;
    look.headerLine = false;
    list.setItemDelegate(new TableDelegate(look, &list));
    list.setFrameShape(QFrame::NoFrame);
    list.setUniformItemSizes(true);
    list.setEditTriggers(QAbstractItemView::NoEditTriggers);
    list.setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list.verticalScrollBar()->setSingleStep(themeOf(&list).space().row);
    list.setMouseTracking(true);
}

} // namespace halftone
