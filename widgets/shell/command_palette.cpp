// The palette's list, its keys and its place over the window.
#include "widgets/shell/command_palette.h"

#include <QApplication>
#include <QKeyEvent>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include "widgets/controls/fields.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kWidth = 560;
constexpr int kFieldHeight = 44;
constexpr int kRow = 36;
constexpr int kMostRows = 9;
constexpr int kShadow = 12; // room that the popup's shadow takes
constexpr int kShortcutRole = Qt::UserRole + 1;
constexpr int kIconRole = Qt::UserRole + 2;

class PaletteDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {kWidth - 2, kRow}; }
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const Theme& theme = themeOf(option.widget);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (option.state & QStyle::State_Selected) painter->fillRect(option.rect, theme.colour(Role::AccentSoft));
        const QRect row = option.rect.adjusted(16, 0, -16, 0);
        const QString iconName = index.data(kIconRole).toString();
        if (!iconName.isEmpty())
            paintIcon(*painter, QRectF(row.left(), row.center().y() - 8, 16, 16), iconName, theme.colour(Role::Ink2));
        painter->setFont(theme.font(TextStyle::Body));
        painter->setPen(theme.colour(Role::Ink));
        const QString shortcut = index.data(kShortcutRole).toString();
        const QRect words = row.adjusted(28, 0, shortcut.isEmpty() ? 0 : -110, 0);
        painter->drawText(words, Qt::AlignVCenter,
            painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideMiddle, words.width()));
        painter->setFont(theme.font(TextStyle::NumberSmall));
        painter->setPen(theme.colour(Role::Ink3));
        painter->drawText(row, Qt::AlignVCenter | Qt::AlignRight, shortcut);
        painter->restore();
    }
};

} // namespace

CommandPalette::CommandPalette(Source source, QWidget* parent)
    : QFrame(parent)
    , m_source(std::move(source))
{
    setObjectName(QStringLiteral("commandPalette"));
    hide();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kShadow, kShadow, kShadow, kShadow);
    column->setSpacing(0);
    m_field = new SearchField(tr("Find a layer, a view or something to do"));
    m_field->setObjectName(QStringLiteral("paletteField"));
    m_field->setFrame(false);
    m_field->setStyleSheet(
        QStringLiteral("QLineEdit { border: none; background: transparent; min-height: %1px; max-height: %1px; }").arg(kFieldHeight));
    m_field->setFixedHeight(kFieldHeight);
    m_list = new QListWidget;
    m_list->setObjectName(QStringLiteral("paletteList"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setItemDelegate(new PaletteDelegate(m_list));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setUniformItemSizes(true);
    m_list->setStyleSheet(QStringLiteral("QListWidget { border: none; background: transparent; }"));
    column->addWidget(m_field);
    column->addSpacing(1);
    column->addWidget(m_list);
    m_field->installEventFilter(this);
    parent->installEventFilter(this);
    connect(m_field, &QLineEdit::textChanged, this, &CommandPalette::fill);
    connect(m_list, &QListWidget::itemClicked, this, [this](QListWidgetItem* item) { run(m_list->row(item)); });
}

void CommandPalette::open(const QString& typed)
{
    if (!isVisible()) m_before = parentWidget()->focusWidget();
    m_field->setText(typed);
    fill();
    place();
    show();
    raise();
    m_field->setFocus();
}

void CommandPalette::shut()
{
    hide();
    if (m_before && m_before != m_field && m_before->isVisible()) m_before->setFocus();
    else parentWidget()->setFocus();
}

void CommandPalette::place()
{
    const int rows = std::min(kMostRows, std::max(1, m_list->count()));
    const int wide = std::min(kWidth, parentWidget()->width() - 48) + 2 * kShadow;
    const int high = kFieldHeight + rows * kRow + 2 + 2 * kShadow;
    setGeometry((parentWidget()->width() - wide) / 2, themeOf(this).space().topBar + 40 - kShadow, wide, high);
}

void CommandPalette::fill()
{
    m_actions = m_source(m_field->text().trimmed());
    m_list->clear();
    for (const PaletteAction& action : m_actions) {
        auto* item = new QListWidgetItem(action.title, m_list);
        item->setData(kShortcutRole, action.shortcut);
        item->setData(kIconRole, action.icon);
    }
    if (m_actions.empty()) {
        auto* item = new QListWidgetItem(tr("Nothing of that name; try a layer's name, a view, or “set layer1 to 2”."), m_list);
        item->setFlags(Qt::NoItemFlags);
    }
    m_list->setCurrentRow(m_actions.empty() ? -1 : 0);
    if (isVisible()) place();
}

void CommandPalette::run(int row)
{
    if (row < 0 || row >= static_cast<int>(m_actions.size())) return;
    const auto action = m_actions[static_cast<std::size_t>(row)].run; // a copy: what runs may open the palette again
    shut();
    action();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == parentWidget()) {
        if (event->type() == QEvent::Resize && isVisible()) place();
        return false;
    }
    if (event->type() == QEvent::FocusOut && isVisible() && !m_list->underMouse()) {
        hide();
        return false;
    }
    if (event->type() != QEvent::KeyPress) return false;
    const int rows = static_cast<int>(m_actions.size());
    switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Escape:
        shut();
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        run(m_list->currentRow());
        return true;
    case Qt::Key_Down:
        if (rows > 0) m_list->setCurrentRow((m_list->currentRow() + 1) % rows);
        return true;
    case Qt::Key_Up:
        if (rows > 0) m_list->setCurrentRow((m_list->currentRow() + rows - 1) % rows);
        return true;
    default:
        return false;
    }
}

void CommandPalette::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme& theme = themeOf(this);
    const QRectF panel = QRectF(rect()).adjusted(kShadow, kShadow, -kShadow, -kShadow);
    QColor shade = theme.colour(Role::Shadow);
    const qreal strength = shade.alphaF();
    for (int i = kShadow; i > 0; --i) {
        shade.setAlphaF(static_cast<float>(strength * (kShadow - i + 1) / (3.0 * kShadow)));
        painter.setPen(Qt::NoPen);
        painter.setBrush(shade);
        painter.drawRoundedRect(panel.adjusted(-i, -i + 3, i, std::min(i + 3, kShadow)), 6 + i, 6 + i);
    }
    painter.setPen(QPen(theme.colour(Role::BorderStrong), 1));
    painter.setBrush(theme.colour(Role::Raised));
    painter.drawRoundedRect(panel.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    painter.setPen(theme.colour(Role::Border));
    painter.drawLine(QPointF(panel.left(), panel.top() + kFieldHeight + 0.5), QPointF(panel.right(), panel.top() + kFieldHeight + 0.5));
}

} // namespace halftone
