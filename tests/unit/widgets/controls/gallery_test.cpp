// Draws the gallery in both themes and at two densities, for the eye; what it can check is that they differ and hold no default grey.
#include "tests/unit/widgets/controls/gallery.h"
#include "widgets/theme/theme_host.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QDir>
#include <QLineEdit>

namespace halftone {
namespace {

QImage drawn(std::unique_ptr<QWidget> page, const QString& name)
{
    page->show();
    if (auto* focused = page->findChild<QLineEdit*>(QStringLiteral("focused"))) {
        page->activateWindow();
        focused->setFocus();
    }
    QApplication::processEvents();
    const QString folder = QStringLiteral(HALFTONE_BINARY_DIR "/gallery");
    QDir().mkpath(folder);
    const QImage image = picture(*page, 1);
    EXPECT_TRUE(image.save(folder + QLatin1Char('/') + name + QStringLiteral(".png")));
    EXPECT_TRUE(picture(*page, 2).save(folder + QLatin1Char('/') + name + QStringLiteral("@2x.png")));
    return image;
}

TEST(Gallery, IsDrawnInBothThemes)
{
    ThemeHost& host = ThemeHost::install(*qApp, ThemeKind::Light);
    host.setKind(ThemeKind::Light);
    const QImage light = drawn(makeComponentGallery(), QStringLiteral("components-light"));
    drawn(makeStateGallery(), QStringLiteral("states-light"));
    host.setKind(ThemeKind::Dark);
    const QImage dark = drawn(makeComponentGallery(), QStringLiteral("components-dark"));
    drawn(makeStateGallery(), QStringLiteral("states-dark"));
    EXPECT_EQ(light.pixelColor(2, 898), Theme::builtIn(ThemeKind::Light).colour(Role::Window));
    EXPECT_EQ(dark.pixelColor(2, 898), Theme::builtIn(ThemeKind::Dark).colour(Role::Window));
}

TEST(Gallery, FollowsASwitchOfTheThemeWhileItStands)
{
    ThemeHost& host = ThemeHost::install(*qApp, ThemeKind::Light);
    host.setKind(ThemeKind::Light);
    const auto page = makeComponentGallery();
    page->setAttribute(Qt::WA_DontShowOnScreen);
    page->show();
    QApplication::processEvents();
    host.setKind(ThemeKind::Dark);
    QApplication::processEvents();
    const QImage switched = picture(*page, 1);
    const auto fresh = makeComponentGallery();
    fresh->setAttribute(Qt::WA_DontShowOnScreen);
    fresh->show();
    QApplication::processEvents();
    EXPECT_EQ(switched, picture(*fresh, 1)) << "some control keeps colours of the other theme";
}

} // namespace
} // namespace halftone
