// Adjusts Qt's Fusion style for what the style sheet leaves to it.
#include "widgets/theme/base_style.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QStyleFactory>
#include <QStyledItemDelegate>

namespace halftone {

namespace {
constexpr int kTipDelayMs = 500;
} // namespace

BaseStyle::BaseStyle()
    : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion")))
{
}

void BaseStyle::polish(QWidget* widget)
{
    QProxyStyle::polish(widget);
    // Only a styled delegate heeds the sheet's rules for items; one that a page has chosen stays.
    auto* box = qobject_cast<QComboBox*>(widget);
    if (!box || !box->itemDelegate() || qobject_cast<QStyledItemDelegate*>(box->itemDelegate())) return;
    box->setItemDelegate(new QStyledItemDelegate(box));
}

int BaseStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* data) const
{
    switch (hint) {
    case SH_ComboBox_Popup: return 0; // below the box, not over it
    case SH_EtchDisabledText: return 0;
    case SH_DitherDisabledText: return 0;
    case SH_ToolTip_WakeUpDelay: return kTipDelayMs;
    case SH_Slider_AbsoluteSetButtons: return Qt::LeftButton; // a click on the line goes there
    case SH_ItemView_ActivateItemOnSingleClick: return 0;
    default: return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

void BaseStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const
{
    // The sheet and the widgets draw rings of their own.
    if (element == PE_FrameFocusRect) return;
    QProxyStyle::drawPrimitive(element, option, painter, widget);
}

} // namespace halftone
