// What is painted from the theme: glyphs of bit widths, icons, marks; and the switch between the two kinds.
#include "widgets/theme/bit_look.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/markers.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/theme_host.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QDir>
#include <QEvent>
#include <QFile>
#include <QLabel>
#include <QPainter>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QSvgRenderer>

namespace halftone {
namespace {

const Theme& light() { return Theme::builtIn(ThemeKind::Light); }

QImage glyph(int bits, int side = 96)
{
    QImage image(side, side, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    paintBitGlyph(painter, image.rect(), bits, light());
    return image;
}

// Separate dots in the picture, counted along the rows and columns of the glyph's grid.
int runsAlong(const QImage& image, bool row, int at)
{
    int runs = 0;
    bool inside = false;
    for (int i = 0; i < image.width(); ++i) {
        const bool filled = qAlpha(row ? image.pixel(i, at) : image.pixel(at, i)) > 128;
        if (filled && !inside) ++runs;
        inside = filled;
    }
    return runs;
}

TEST(BitGlyph, HasSixteenFourOrOneDot)
{
    EXPECT_EQ(runsAlong(glyph(8), true, 12), 4);
    EXPECT_EQ(runsAlong(glyph(8), false, 12), 4);
    EXPECT_EQ(runsAlong(glyph(4), true, 24), 2);
    EXPECT_EQ(runsAlong(glyph(4), false, 24), 2);
    EXPECT_EQ(runsAlong(glyph(2), true, 48), 1);
    EXPECT_EQ(runsAlong(glyph(2), false, 48), 1);
}

TEST(BitGlyph, OfFullPrecisionIsAnEmptySquare)
{
    for (const int bits : {0, 32, 64}) {
        const QImage image = glyph(bits);
        EXPECT_EQ(runsAlong(image, true, 48), 2);
        EXPECT_EQ(qAlpha(image.pixel(48, 48)), 0);
    }
}

TEST(BitGlyph, IsOfAnotherShapeForEachWidth)
{
    std::set<QByteArray> shapes;
    for (const int bits : {1, 2, 3, 4, 5, 6, 7, 8, 16, 32}) {
        QImage image(48, 48, QImage::Format_Grayscale8);
        image.fill(Qt::white);
        QPainter painter(&image);
        paintBitGlyph(painter, image.rect(), bits, QColor(Qt::black));
        painter.end();
        shapes.insert(QByteArray(reinterpret_cast<const char*>(image.constBits()), image.sizeInBytes()));
    }
    EXPECT_EQ(shapes.size(), 10U);
}

TEST(BitLook, IsThatOfTheTokens)
{
    EXPECT_EQ(bitLook(8, light()).fill, QColor("#4B2E92"));
    EXPECT_EQ(bitLook(4, light()).fill, QColor("#08847A"));
    EXPECT_EQ(bitLook(2, light()).edge, QColor("#B27A14"));
    EXPECT_EQ(bitLook(32, light()).fill, QColor("#CBD0D7"));
    EXPECT_EQ(bitLook(0, light()).fill, bitLook(32, light()).fill);
}

TEST(BitLook, OfOtherWidthsStandsBetween)
{
    const int three = bitLook(3, light()).fill.red();
    EXPECT_LT(three, bitLook(2, light()).fill.red());
    EXPECT_GT(three, bitLook(4, light()).fill.red());
    double before = 0;
    for (int bits = 1; bits <= 8; ++bits) {
        EXPECT_GT(bitHeight(bits), before);
        before = bitHeight(bits);
    }
    EXPECT_EQ(bitHeight(8), 1);
}

TEST(BitLook, NamesWidths)
{
    EXPECT_EQ(bitName(4), QStringLiteral("4 bit"));
    EXPECT_EQ(bitName(32), QStringLiteral("full precision"));
    EXPECT_EQ(shortBitName(2), QStringLiteral("2"));
}

TEST(Icons, AreAllDrawnOnTwentyPixelsInOneTint)
{
    ASSERT_GE(iconNames().size(), 40);
    for (const QString& name : iconNames()) {
        QFile file(QStringLiteral(":/halftone/icons/%1.svg").arg(name));
        ASSERT_TRUE(file.open(QIODevice::ReadOnly));
        const QByteArray drawing = file.readAll();
        QSvgRenderer renderer(QByteArray(drawing).replace("currentColor", "#000000"));
        EXPECT_TRUE(renderer.isValid()) << qPrintable(name);
        EXPECT_EQ(renderer.defaultSize(), QSize(20, 20)) << qPrintable(name);
        EXPECT_FALSE(drawing.contains('#')) << qPrintable(name) << " has a colour of its own";
    }
}

TEST(Icons, TakeTheColourOfTheRole)
{
    const QImage image = icon(u"stop", light(), Role::Fail).pixmap(QSize(20, 20), 1.0).toImage();
    EXPECT_EQ(QColor(image.pixel(10, 10)), light().colour(Role::Fail));
    EXPECT_TRUE(icon(u"no such icon", light()).isNull());
}

TEST(Icons, AreSharpAtTwiceTheDensity)
{
    const QPixmap pixmap = icon(u"plus", light()).pixmap(QSize(20, 20), 2.0);
    EXPECT_EQ(pixmap.size(), QSize(40, 40));
}

TEST(Icons, ArePaintedAsVectorsWhereTheyAreScaled)
{
    QImage image(200, 200, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::white);
    QPainter painter(&image);
    painter.scale(10, 10);
    paintIcon(painter, QRectF(0, 0, 20, 20), u"stop", QColor(Qt::black));
    painter.end();
    // The square of "stop" ends at 5.5 of 20: a picture blown up tenfold would have a broad grey edge.
    int grey = 0;
    for (int x = 40; x < 70; ++x) grey += qGray(image.pixel(x, 100)) > 20 && qGray(image.pixel(x, 100)) < 235;
    EXPECT_LE(grey, 1);
}

TEST(Icons, FollowTheThemeInUse)
{
    ThemeHost& host = ThemeHost::install(*qApp, ThemeKind::Light);
    host.setKind(ThemeKind::Light);
    const QIcon stop = icon(u"stop", host.theme(), Role::Ink);
    host.setKind(ThemeKind::Dark);
    EXPECT_EQ(QColor(stop.pixmap(QSize(20, 20), 1.0).toImage().pixel(10, 10)), host.theme().colour(Role::Ink));
    host.setKind(ThemeKind::Light);
}

TEST(Markers, AreAsWideAsTheTokensSay)
{
    for (const auto marker : {Marker::Circle, Marker::Diamond, Marker::Square, Marker::TriangleUp, Marker::TriangleDown, Marker::Cross}) {
        EXPECT_NEAR(markerPath(marker, 9).boundingRect().width(), 9, 2.3);
        EXPECT_NEAR(markerPath(marker, 9).boundingRect().center().x(), 0, 1e-6);
    }
}

TEST(StyleSheet, HasAValueForEveryNameAndNoColourOfItsOwn)
{
    for (const auto kind : {ThemeKind::Light, ThemeKind::Dark}) {
        const QString sheet = styleSheet(Theme::builtIn(kind));
        EXPECT_FALSE(sheet.contains(u'$'));
        static const QRegularExpression image(QStringLiteral("url\\(([^)]+)\\)"));
        for (auto match = image.globalMatch(sheet); match.hasNext();) {
            const QString file = match.next().captured(1);
            EXPECT_TRUE(QFile::exists(file)) << qPrintable(file);
        }
    }
}

TEST(StyleSheet, SourceNamesNoColour)
{
    QDir widgets(QStringLiteral(HALFTONE_SOURCE_DIR "/widgets"));
    static const QRegularExpression colour(QStringLiteral("\"#[0-9a-fA-F]{6}\""));
    for (const QString& folder : {QStringLiteral("theme"), QStringLiteral("controls"), QStringLiteral("format")}) {
        for (const QString& name : QDir(widgets.filePath(folder)).entryList({QStringLiteral("*.cpp"), QStringLiteral("*.h")})) {
            QFile file(widgets.filePath(folder + u'/' + name));
            ASSERT_TRUE(file.open(QIODevice::ReadOnly));
            EXPECT_FALSE(QString::fromUtf8(file.readAll()).contains(colour)) << qPrintable(name) << " names a colour; the tokens do";
        }
    }
}

class StyleWatcher : public QLabel {
public:
    int changes = 0;

protected:
    void changeEvent(QEvent* event) override
    {
        if (event->type() == QEvent::StyleChange) ++changes;
        QLabel::changeEvent(event);
    }
};

TEST(ThemeHost, TellsEveryWidgetOfASwitch)
{
    ThemeHost& host = ThemeHost::install(*qApp, ThemeKind::Light);
    host.setKind(ThemeKind::Light);
    StyleWatcher label;
    label.show();
    label.changes = 0;
    QSignalSpy changed(&host, &ThemeHost::changed);
    host.toggle();
    EXPECT_TRUE(themeOf(&label).isDark());
    EXPECT_GE(label.changes, 1);
    EXPECT_EQ(changed.count(), 1);
    host.setKind(ThemeKind::Dark);
    EXPECT_EQ(changed.count(), 1) << "the same theme is no change";
    host.toggle();
    EXPECT_EQ(&ThemeHost::install(*qApp, ThemeKind::Light), &host);
}

} // namespace
} // namespace halftone
