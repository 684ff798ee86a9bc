// Paints the rows of the history and turns clicks and keys into ticks.
#include "widgets/pages/training/history_list.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QStyledItemDelegate>
#include <algorithm>

#include "widgets/theme/icons.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kBox = 10;
constexpr int kAccuracyWidth = 44;
constexpr int kIcon = 16;

QRectF boxIn(const QRect& row, const Theme& theme)
{
    return QRectF(row.left() + theme.space().card + 0.5, row.center().y() - kBox / 2 + 0.5, kBox - 1, kBox - 1);
}

// Box, title, epochs, accuracy, state: the same columns in every row.
class HistoryDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override
    {
        return {200, themeOf(option.widget).space().row + 4};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const Theme& theme = themeOf(option.widget);
        painter->save();
        const QRect row = option.rect;
        const bool isSelected = option.state & QStyle::State_Selected;
        if (isSelected) painter->fillRect(row, theme.colour(Role::AccentSoft));
        else if (option.state & QStyle::State_MouseOver) painter->fillRect(row, theme.colour(Role::Hover));
        if (isSelected) painter->fillRect(row.left(), row.top(), 2, row.height(), theme.colour(Role::Accent));
        painter->fillRect(row.left(), row.bottom(), row.width(), 1, theme.colour(Role::Border));
        paintBox(*painter, boxIn(row, theme), index, theme);
        paintWords(*painter, row, index, theme);
        if ((option.state & QStyle::State_HasFocus) && option.widget->hasFocus()) {
            painter->setRenderHint(QPainter::Antialiasing);
            painter->setPen(QPen(theme.colour(Role::Accent), 1));
            painter->setBrush(Qt::NoBrush);
            painter->drawRoundedRect(QRectF(row).adjusted(2.5, 1.5, -2.5, -2.5), theme.radius().control, theme.radius().control);
        }
        painter->restore();
    }

    bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option, const QModelIndex& index) override
    {
        if (event->type() != QEvent::MouseButtonRelease && event->type() != QEvent::MouseButtonDblClick) return false;
        const auto& mouse = static_cast<const QMouseEvent&>(*event);
        // The whole corner before the name answers: ten pixels are hard to hit.
        const int reach = static_cast<int>(boxIn(option.rect, themeOf(option.widget)).right()) + themeOf(option.widget).space().unit;
        if (mouse.button() != Qt::LeftButton || mouse.position().x() > reach) return false;
        const bool isDrawn = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
        return model->setData(index, static_cast<int>(isDrawn ? Qt::Unchecked : Qt::Checked), Qt::CheckStateRole);
    }

private:
    static void paintBox(QPainter& painter, const QRectF& box, const QModelIndex& index, const Theme& theme)
    {
        painter.setRenderHint(QPainter::Antialiasing);
        const auto tick = static_cast<Qt::CheckState>(index.data(Qt::CheckStateRole).toInt());
        const QColor colour = theme.colour(static_cast<Role>(index.data(HistoryModel::ColourRole).toInt()));
        painter.setPen(QPen(tick == Qt::Unchecked ? theme.colour(Role::Ink3) : colour, 1));
        painter.setBrush(tick == Qt::Checked ? QBrush(colour) : Qt::NoBrush);
        painter.drawRoundedRect(box, 2, 2);
        if (tick == Qt::PartiallyChecked) painter.fillRect(box.adjusted(2.5, 2.5, -2.5, -2.5), colour);
        painter.setRenderHint(QPainter::Antialiasing, false);
    }

    // What tells runs of one name apart, behind the comma, is never cut off.
    static void paintTitle(QPainter& painter, const QRect& place, const QString& title, const Theme& theme)
    {
        const qsizetype comma = title.lastIndexOf(QLatin1Char(','));
        const QString name = comma < 0 ? title : title.left(comma), tail = comma < 0 ? QString() : title.mid(comma);
        const QFont small = theme.font(TextStyle::NumberCaption);
        const int room = place.width() - QFontMetrics(small).horizontalAdvance(tail);
        painter.setFont(theme.font(TextStyle::NumberSmall));
        const QString shown = painter.fontMetrics().elidedText(name, Qt::ElideMiddle, room);
        painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter, shown);
        const int end = painter.fontMetrics().horizontalAdvance(shown);
        painter.setFont(small);
        painter.drawText(place.adjusted(end, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, tail);
    }

    static void paintWords(QPainter& painter, const QRect& row, const QModelIndex& index, const Theme& theme)
    {
        const int padding = theme.space().card;
        const QRect icon(row.right() - padding - kIcon + 2, row.center().y() - kIcon / 2 + 1, kIcon, kIcon);
        const QRect accuracy(icon.left() - 8 - kAccuracyWidth, row.top(), kAccuracyWidth, row.height());
        const QString length = index.data(HistoryModel::EpochsRole).toString();
        const int lengthWidth = QFontMetrics(theme.font(TextStyle::NumberCaption)).horizontalAdvance(length);
        const QRect epochs(accuracy.left() - lengthWidth, row.top(), lengthWidth, row.height());
        const int left = row.left() + padding + kBox + 8;
        const QRect title(left, row.top(), epochs.left() - left - 6, row.height());
        const bool isDrawn = index.data(Qt::CheckStateRole).toInt() != Qt::Unchecked;
        painter.setPen(theme.colour(isDrawn ? Role::Ink : Role::Ink2));
        paintTitle(painter, title, index.data().toString(), theme);
        painter.setFont(theme.font(TextStyle::NumberSmall));
        painter.drawText(accuracy, Qt::AlignRight | Qt::AlignVCenter, index.data(HistoryModel::AccuracyRole).toString());
        painter.setFont(theme.font(TextStyle::NumberCaption));
        painter.setPen(theme.colour(Role::Ink3));
        painter.drawText(epochs, Qt::AlignRight | Qt::AlignVCenter, length);
        paintIcon(painter, icon, index.data(HistoryModel::IconRole).toString(),
            theme.colour(static_cast<Role>(index.data(HistoryModel::IconInkRole).toInt())));
    }
};

// Words in any order: "eagl failed".
class RunFilterModel : public QSortFilterProxyModel {
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

    void setWords(const QString& words)
    {
        m_words = words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
        invalidateFilter();
    }

protected:
    bool filterAcceptsRow(int row, const QModelIndex&) const override
    {
        const HistoryRow& one = static_cast<HistoryModel*>(sourceModel())->rows()[static_cast<std::size_t>(row)];
        const QString text = one.run.title + QLatin1Char(' ') + one.run.kind + QLatin1Char(' ') + stateText(one);
        return std::ranges::all_of(m_words, [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
    }

private:
    QStringList m_words;
};

} // namespace

HistoryList::HistoryList(HistoryModel& model, QWidget* parent)
    : QListView(parent)
    , m_model(model)
    , m_filtered(new RunFilterModel(this))
{
    setObjectName(QStringLiteral("history"));
    setAccessibleName(tr("History of runs"));
    m_filtered->setSourceModel(&model);
    setModel(m_filtered);
    setItemDelegate(new HistoryDelegate(this));
    setFrameShape(QFrame::NoFrame);
    setUniformItemSizes(true);
    setMouseTracking(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
}

void HistoryList::setFilter(const QString& words) { static_cast<RunFilterModel*>(m_filtered)->setWords(words); }

int HistoryList::contentHeight() const { return m_filtered->rowCount() * (themeOf(this).space().row + 4); }

void HistoryList::choose(const QString& key)
{
    const int row = m_model.rowOf(key);
    const QModelIndex index = row < 0 ? QModelIndex() : m_filtered->mapFromSource(m_model.index(row));
    m_isQuiet = true;
    if (index.isValid()) setCurrentIndex(index);
    else clearSelection();
    m_isQuiet = false;
}

QRect HistoryList::boxRect(const QString& key) const
{
    const QModelIndex index = m_filtered->mapFromSource(m_model.index(m_model.rowOf(key)));
    return boxIn(visualRect(index), themeOf(this)).toAlignedRect();
}

void HistoryList::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QListView::currentChanged(current, previous);
    if (!m_isQuiet && current.isValid()) emit chosen(current.data(HistoryModel::KeyRole).toString());
}

void HistoryList::keyPressEvent(QKeyEvent* event)
{
    const QModelIndex index = currentIndex();
    if (event->key() == Qt::Key_Space && index.isValid()) {
        const bool isDrawn = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
        m_filtered->setData(index, static_cast<int>(isDrawn ? Qt::Unchecked : Qt::Checked), Qt::CheckStateRole);
        return;
    }
    QListView::keyPressEvent(event);
}

} // namespace halftone
