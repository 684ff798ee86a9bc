// Installs fonts, palette and style sheet of the chosen theme in the application.
#include "widgets/theme/theme_host.h"

#include "widgets/theme/base_style.h"
#include "widgets/theme/style_sheet.h"

#include <QApplication>
#include <QFontDatabase>
#include <QWidget>

// The macro declares functions, so it must stand outside of every namespace.
static void initialiseHalftoneResources()
{
    Q_INIT_RESOURCE(halftone);
    Q_INIT_RESOURCE(halftone_marks);
}

namespace halftone {

namespace {

// The application carries its host, so that there is no global of ours.
constexpr const char* kHostProperty = "halftoneThemeHost";

void addFonts()
{
    for (const char* file : {"HalftoneInter-Regular.ttf", "HalftoneInter-Medium.ttf", "HalftoneInter-SemiBold.ttf", "JetBrainsMono-Regular.ttf", "JetBrainsMono-Medium.ttf"}) {
        QFontDatabase::addApplicationFont(QStringLiteral(":/halftone/fonts/") + QLatin1String(file));
    }
}

} // namespace

void registerLookResources() { initialiseHalftoneResources(); }

ThemeHost& ThemeHost::install(QApplication& application, ThemeKind kind)
{
    if (ThemeHost* host = installed()) {
        host->setKind(kind);
        return *host;
    }
    registerLookResources();
    addFonts();
    application.setStyle(new BaseStyle);
    auto* host = new ThemeHost(application);
    application.setProperty(kHostProperty, QVariant::fromValue<QObject*>(host));
    host->m_theme = &Theme::builtIn(kind);
    host->apply();
    return *host;
}

ThemeHost* ThemeHost::installed()
{
    return qApp ? static_cast<ThemeHost*>(qApp->property(kHostProperty).value<QObject*>()) : nullptr;
}

ThemeHost::ThemeHost(QApplication& application)
    : QObject(&application)
    , m_application(application)
{
}

void ThemeHost::setKind(ThemeKind kind)
{
    if (m_theme->kind() == kind) return;
    m_theme = &Theme::builtIn(kind);
    apply();
    emit changed();
}

void ThemeHost::toggle() { setKind(m_theme->isDark() ? ThemeKind::Light : ThemeKind::Dark); }

void ThemeHost::apply()
{
    m_application.setFont(m_theme->font(TextStyle::Body));
    m_application.setPalette(palette(*m_theme));
    m_application.setStyleSheet(styleSheet(*m_theme));
}

const Theme& themeOf(const QWidget*)
{
    const ThemeHost* host = ThemeHost::installed();
    return host ? host->theme() : Theme::builtIn(ThemeKind::Light);
}

} // namespace halftone
