// Holds the theme of the program: puts fonts, palette and style sheet into the application, switches between light and dark.
#pragma once

#include "widgets/theme/theme.h"

#include <QObject>

class QApplication;
class QWidget;

namespace halftone {

class ThemeHost : public QObject {
    Q_OBJECT

public:
    // Made once by the program, before its first widget; owned by the application.
    static ThemeHost& install(QApplication& application, ThemeKind kind);
    // Null before install().
    static ThemeHost* installed();

    const Theme& theme() const { return *m_theme; }
    ThemeKind kind() const { return m_theme->kind(); }
    // Every widget gets a StyleChange event and is painted again.
    void setKind(ThemeKind kind);
    void toggle();

signals:
    void changed();

private:
    explicit ThemeHost(QApplication& application);
    void apply();

    QApplication& m_application;
    const Theme* m_theme = nullptr; // one of Theme::builtIn()
};

// The theme that a widget is painted in: the host's; light while the program has none.
const Theme& themeOf(const QWidget* widget);

// Makes the compiled-in tokens, fonts and icons readable under ":/halftone"; ThemeHost::install() does it.
void registerLookResources();

} // namespace halftone
