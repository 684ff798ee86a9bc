// Buttons of four kinds, with an icon that follows the theme, and square buttons of an icon alone.
#pragma once

#include "widgets/theme/theme.h"

#include <QPushButton>

namespace halftone {

enum class ButtonKind {
    Primary, // the one next step of a place
    Plain,
    Quiet, // no frame
    Danger, // throws something away
};

class PushButton : public QPushButton {
public:
    explicit PushButton(const QString& text, ButtonKind kind = ButtonKind::Plain, QWidget* parent = nullptr);

    ButtonKind kind() const { return m_kind; }
    void setKind(ButtonKind kind);
    // One of iconNames(); empty takes it away.
    void setIconName(const QString& name);
    const QString& iconName() const { return m_iconName; }

protected:
    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void showIcon();

    ButtonKind m_kind = ButtonKind::Plain;
    QString m_iconName;
    bool m_ring = false; // the focus came by the keyboard
};

// A square button of an icon alone; the tip is also its accessible name. Plain has a frame, Quiet has none.
PushButton* makeIconButton(const QString& iconName, const QString& tip, ButtonKind kind = ButtonKind::Quiet, QWidget* parent = nullptr);

// An on-off switch with words at its right ("Smooth").
class Switch : public QAbstractButton {
public:
    explicit Switch(const QString& text, QWidget* parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
};

} // namespace halftone
