// Writes the program's style sheet from the tokens.
#include "widgets/theme/style_sheet.h"

#include <QRegularExpression>

namespace halftone {

namespace {

// Names in the sheet: $accent is a colour, $control a height, $font-small a font. Everything else is as Qt reads it.
const char* const kFrame = R"(
* { outline: 0; }
QMainWindow, QDialog, QWidget[surface="window"] { background: $window; }
QWidget[surface="panel"] { background: $panel; }
QWidget[surface="rail"] { background: $rail; }
QWidget[surface="raised"] { background: $raised; }
QFrame[halftone="card"] { background: $panel; border: $border-widthpx solid $border; border-radius: $radius-cardpx; }
QFrame[halftone="card"][dashed="true"] { border-color: transparent; }
QFrame[halftone="rule"] { background: $border; border: 0; }
QFrame[halftone="note"] { border: 0; border-radius: $radius-controlpx; background: $hover; }
QFrame[halftone="note"][tone="ok"] { background: $okSoft; }
QFrame[halftone="note"][tone="fail"] { background: $failSoft; }
QFrame[halftone="note"][tone="accent"] { background: $accentSoft; }
QFrame[halftone="popup"] { background: $raised; border: $border-widthpx solid $borderStrong; border-radius: $radius-cardpx; }
QLabel { background: transparent; }
QScrollArea, QScrollArea > QWidget > QWidget[scrolled="true"] { background: transparent; border: 0; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $accentSoft; }
QToolTip { $font-small background: $tip; color: $onTip; border: 1px solid $tip; padding: 3px 1px; }
)";

const char* const kButtons = R"(
QPushButton { $font-control color: $ink; background: $field; border: 1px solid $borderStrong; border-radius: $radius-controlpx;
    padding: 0 12px; min-height: $control-innerpx; max-height: $control-innerpx; }
QPushButton:hover { background: $hover; }
QPushButton:pressed, QPushButton:checked { background: $accentSoft; }
QPushButton:disabled { color: $ink3; background: $window; border-color: $border; }
QPushButton[kind="primary"] { color: $onAccent; background: $accent; border-color: $accent; }
QPushButton[kind="primary"]:hover { background: $accent-hover; border-color: $accent-hover; }
QPushButton[kind="primary"]:pressed { background: $accent-pressed; border-color: $accent-pressed; }
QPushButton[kind="primary"]:disabled { color: $ink3; background: $hover; border-color: $border; }
QPushButton[kind="quiet"] { color: $ink2; background: transparent; border-color: transparent; }
QPushButton[kind="quiet"]:hover { color: $ink; background: $hover; }
QPushButton[kind="quiet"]:pressed, QPushButton[kind="quiet"]:checked { color: $ink; background: $accentSoft; }
QPushButton[kind="quiet"]:disabled { color: $ink3; background: transparent; border-color: transparent; }
QPushButton[kind="danger"] { color: $fail; }
QPushButton[kind="danger"]:hover { background: $failSoft; border-color: $fail; }
QPushButton[kind="danger"]:disabled { color: $ink3; }
QPushButton[fold="true"] { $font-small color: $ink2; padding: 0 8px 0 0; min-height: 22px; max-height: 22px; }
QPushButton[fold="true"]:checked { background: transparent; }
QPushButton::menu-indicator { image: none; width: 0; }
QPushButton[square="true"] { padding: 0; min-width: $control-innerpx; max-width: $control-innerpx; }
QToolButton { $font-control color: $ink; background: transparent; border: 1px solid transparent; border-radius: $radius-controlpx;
    min-width: $control-innerpx; min-height: $control-innerpx; padding: 0; }
QToolButton:hover { background: $hover; }
QToolButton:pressed, QToolButton:checked { background: $accentSoft; }
QToolButton:focus { border-color: $accent; }
QToolButton[inside="true"] { border: 0; min-width: 20px; max-width: 20px; min-height: 20px; max-height: 20px; }
QToolButton::menu-indicator { image: none; width: 0; }
)";

const char* const kFields = R"(
QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox { $font-small color: $ink; background: $field; border: 1px solid $borderStrong;
    border-radius: $radius-controlpx; selection-background-color: $accent; selection-color: $onAccent; }
QLineEdit, QSpinBox, QDoubleSpinBox { padding: 0 9px; min-height: $control-innerpx; max-height: $control-innerpx; }
QPlainTextEdit, QTextEdit { padding: 6px; }
QLineEdit:hover, QPlainTextEdit:hover, QTextEdit:hover { border-color: $ink3; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus { border: 2px solid $accent; padding: 0 8px;
    min-height: $control-inner2px; max-height: $control-inner2px; }
QPlainTextEdit:focus, QTextEdit:focus { padding: 5px; min-height: 0; max-height: 16777215px; }
QLineEdit[refused="true"], QLineEdit[refused="true"]:focus { border-color: $fail; }
QLineEdit:disabled, QPlainTextEdit:disabled { color: $ink3; background: $window; border-color: $border; }
QLineEdit:read-only { background: $window; }
QLineEdit[numbers="true"], QPlainTextEdit[numbers="true"], QComboBox[numbers="true"], QLabel[numbers="true"] { font-family: "$numbers"; }
QLineEdit[bare="true"], QLineEdit[bare="true"]:focus { border: 0; background: transparent; padding: 0; }
QComboBox { $font-small color: $ink; background: $field; border: 1px solid $borderStrong; border-radius: $radius-controlpx;
    padding: 0 0 0 10px; min-height: $control-innerpx; max-height: $control-innerpx; }
QComboBox:hover { background: $hover; }
QComboBox:focus, QComboBox:on { border: 2px solid $accent; padding-left: 9px; min-height: $control-inner2px; max-height: $control-inner2px; }
QComboBox:disabled { color: $ink3; background: $window; border-color: $border; }
QComboBox::drop-down { width: 26px; border: 0; }
QComboBox::down-arrow { width: 16px; height: 16px; image: url($icons/chevron-down.svg); }
QComboBox QAbstractItemView { outline: 0; $font-small background: $raised; color: $ink; border: 1px solid $borderStrong; border-radius: 0; padding: 4px;
    selection-background-color: $accentSoft; selection-color: $ink; }
QComboBox QAbstractItemView::item { min-height: 26px; padding: 0 6px; border-radius: $radius-keypx; }
QComboBox QAbstractItemView::item:hover { background: $hover; }
QComboBox QAbstractItemView::item:selected { background: $accentSoft; color: $ink; }
QCheckBox, QRadioButton { $font-small color: $ink; spacing: 8px; background: transparent; min-height: 20px; }
QCheckBox:disabled, QRadioButton:disabled { color: $ink3; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid $axis; border-radius: $radius-keypx; background: $field; }
QCheckBox::indicator:hover { border-color: $ink3; }
QCheckBox::indicator:focus { border: 1px solid $accent; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url($icons/tick.svg); }
QCheckBox::indicator:disabled { border-color: $border; background: $window; }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid $axis; border-radius: 8px; background: $field; }
QRadioButton::indicator:hover { border-color: $ink3; }
QRadioButton::indicator:focus { border-color: $accent; }
QRadioButton::indicator:checked { border: 5px solid $accent; width: 6px; height: 6px; background: $onAccent; }
QSlider:horizontal { min-height: 20px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $border; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accent; }
QSlider::sub-page:horizontal:disabled { background: $axis; }
QSlider::handle:horizontal { width: 12px; height: 12px; margin: -6px 0; border: 2px solid $accent; border-radius: 8px; background: $panel; }
QSlider::handle:horizontal:hover { background: $accentSoft; }
QSlider::handle:horizontal:focus { background: $accent; }
QSlider::handle:horizontal:disabled { border-color: $ink3; }
QProgressBar { border: 0; background: $border; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
)";

const char* const kViews = R"(
QAbstractItemView { $font-small background: transparent; color: $ink; border: 0; selection-background-color: $accentSoft; selection-color: $ink;
    alternate-background-color: transparent; }
QTableView { gridline-color: transparent; }
QTableView QTableCornerButton::section { background: transparent; border: 0; }
QHeaderView { background: transparent; border: 0; }
QHeaderView::section { $font-caption color: $ink2; background: $panel; border: 0; padding: 0 8px; min-height: $rowpx; }
QHeaderView::section:hover { color: $ink; }
QMenu { $font-small background: $raised; color: $ink; border: 1px solid $borderStrong; padding: 4px; }
QMenu::item { padding: 0 28px 0 8px; min-height: 28px; border-radius: $radius-keypx; }
QMenu::item:selected { background: $accentSoft; }
QMenu::item:disabled { color: $ink3; }
QMenu::separator { height: 1px; background: $border; margin: 4px 0; }
QMenu::icon { padding-left: 8px; }
QMenu::indicator { width: 16px; height: 16px; left: 6px; }
QMenu::indicator:checked { image: url($icons/menu-tick.svg); }
QMenu::right-arrow { image: url($icons/chevron-right.svg); width: 16px; height: 16px; right: 4px; }
QMenuBar { background: $rail; }
QScrollBar:vertical { width: 10px; background: transparent; margin: 0; border: 0; }
QScrollBar:horizontal { height: 10px; background: transparent; margin: 0; border: 0; }
QScrollBar::handle { background: $borderStrong; border: 2px solid transparent; border-radius: 5px; }
QScrollBar::handle:vertical { min-height: 32px; margin: 2px; border-radius: 3px; border: 0; }
QScrollBar::handle:horizontal { min-width: 32px; margin: 2px; border-radius: 3px; border: 0; }
QScrollBar::handle:hover { background: $axis; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: 0; background: transparent; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: 0; }
)";

QString fontRule(const QFont& font)
{
    return QStringLiteral("font-family: \"%1\"; font-size: %2px; font-weight: %3;")
        .arg(font.families().join(QStringLiteral("\", \"")))
        .arg(font.pixelSize())
        .arg(font.weight());
}

QString colourText(const QColor& colour)
{
    return colour.alpha() == 255 ? colour.name() : QStringLiteral("rgba(%1,%2,%3,%4)").arg(colour.red()).arg(colour.green()).arg(colour.blue()).arg(colour.alpha());
}

QColor shaded(const QColor& colour, double lightness)
{
    return QColor::fromHslF(colour.hslHueF(), colour.hslSaturationF(), std::clamp(static_cast<float>(colour.lightnessF() + lightness), 0.0F, 1.0F));
}

QMap<QString, QString> words(const Theme& theme)
{
    QMap<QString, QString> words;
    for (int role = 0; role < kRoles; ++role) words[QLatin1String(roleName(static_cast<Role>(role)))] = colourText(theme.colour(static_cast<Role>(role)));
    const double step = theme.isDark() ? 0.04 : -0.04;
    words[QStringLiteral("accent-hover")] = colourText(shaded(theme.colour(Role::Accent), step));
    words[QStringLiteral("accent-pressed")] = colourText(shaded(theme.colour(Role::Accent), 2 * step));
    // The frame of a control stands outside of the height that a style sheet speaks of.
    words[QStringLiteral("control-inner")] = QString::number(theme.space().control - 2 * theme.border());
    words[QStringLiteral("control-inner2")] = QString::number(theme.space().control - 4 * theme.border());
    words[QStringLiteral("row")] = QString::number(theme.space().row);
    words[QStringLiteral("border-width")] = QString::number(theme.border());
    words[QStringLiteral("radius-control")] = QString::number(theme.radius().control);
    words[QStringLiteral("radius-card")] = QString::number(theme.radius().card);
    words[QStringLiteral("radius-key")] = QString::number(theme.radius().key);
    words[QStringLiteral("font-small")] = fontRule(theme.font(TextStyle::Small));
    words[QStringLiteral("font-control")] = fontRule(theme.font(TextStyle::Control));
    words[QStringLiteral("font-caption")] = fontRule(theme.font(TextStyle::Caption));
    words[QStringLiteral("numbers")] = theme.numberFamily();
    words[QStringLiteral("icons")] = theme.isDark() ? QStringLiteral(":/halftone/marks/dark") : QStringLiteral(":/halftone/marks/light");
    return words;
}

// QLabel[ink="ink2"] { color: ... }, one for each role, and the same for the text styles.
QString labelRules(const Theme& theme)
{
    QString rules;
    for (int role = 0; role < kRoles; ++role) {
        const auto name = QLatin1String(roleName(static_cast<Role>(role)));
        rules += QStringLiteral("QLabel[ink=\"%1\"] { color: %2; }\n").arg(name, colourText(theme.colour(static_cast<Role>(role))));
    }
    for (int style = 0; style < kTextStyles; ++style) {
        const auto name = QLatin1String(textStyleName(static_cast<TextStyle>(style)));
        rules += QStringLiteral("QLabel[textStyle=\"%1\"] { %2 }\n").arg(name, fontRule(theme.font(static_cast<TextStyle>(style))));
    }
    return rules + QStringLiteral("QLabel:disabled { color: %1; }\n").arg(colourText(theme.colour(Role::Axis)));
}

} // namespace

QString styleSheet(const Theme& theme)
{
    const QString sheet = QLatin1String(kFrame) + QLatin1String(kButtons) + QLatin1String(kFields) + QLatin1String(kViews);
    const QMap<QString, QString> values = words(theme);
    // The longest name that is known: "$border-widthpx" is "$border-width" and "px".
    static const QRegularExpression name(QStringLiteral(R"(\$([A-Za-z0-9-]+))"));
    QString filled;
    qsizetype done = 0;
    for (auto match = name.globalMatch(sheet); match.hasNext();) {
        const QRegularExpressionMatch found = match.next();
        QString word = found.captured(1);
        while (!word.isEmpty() && !values.contains(word)) word.chop(1);
        Q_ASSERT_X(!word.isEmpty(), "styleSheet", qPrintable(found.captured(1)));
        filled += sheet.mid(done, found.capturedStart() - done) + values.value(word);
        done = found.capturedStart(1) + word.size();
    }
    return filled + sheet.mid(done) + labelRules(theme);
}

QPalette palette(const Theme& theme)
{
    QPalette palette;
    const auto set = [&](QPalette::ColorRole role, Role colour) { palette.setColor(role, theme.colour(colour)); };
    set(QPalette::Window, Role::Window);
    set(QPalette::WindowText, Role::Ink);
    set(QPalette::Base, Role::Field);
    set(QPalette::AlternateBase, Role::Hover);
    set(QPalette::Text, Role::Ink);
    set(QPalette::Button, Role::Panel);
    set(QPalette::ButtonText, Role::Ink);
    set(QPalette::BrightText, Role::OnAccent);
    set(QPalette::Highlight, Role::Accent);
    set(QPalette::HighlightedText, Role::OnAccent);
    set(QPalette::ToolTipBase, Role::Tip);
    set(QPalette::ToolTipText, Role::OnTip);
    set(QPalette::PlaceholderText, Role::Ink3);
    set(QPalette::Link, Role::Accent);
    set(QPalette::LinkVisited, Role::Accent);
    set(QPalette::Mid, Role::Border);
    set(QPalette::Dark, Role::BorderStrong);
    set(QPalette::Light, Role::Raised);
    set(QPalette::Shadow, Role::Shadow);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        palette.setColor(QPalette::Disabled, role, theme.colour(Role::Axis));
    }
    return palette;
}

} // namespace halftone
