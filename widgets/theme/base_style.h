// What a style sheet cannot say: how lists of combo boxes open, no dotted focus frames, calm tooltips.
#pragma once

#include <QProxyStyle>

namespace halftone {

// Lies under the style sheet.
class BaseStyle : public QProxyStyle {
public:
    BaseStyle();

    void polish(QWidget* widget) override;
    using QProxyStyle::polish;
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* data) const override;
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const override;
};

} // namespace halftone
