// Paints the program's line icons from SVG in a given colour.
#include "widgets/theme/icons.h"

#include "widgets/theme/theme_host.h"

#include <QDir>
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmap>
#include <QPixmapCache>
#include <QSvgRenderer>
#include <algorithm>
#include <cmath>

namespace halftone {

namespace {

struct Drawing {
    QString name;
    QByteArray svg; // with currentColor
};

Drawing drawingOf(const QString& name)
{
    registerLookResources();
    QFile file(QStringLiteral(":/halftone/icons/%1.svg").arg(name));
    return {name, file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray()};
}

void renderDrawing(QPainter& painter, const QRectF& square, const Drawing& drawing, const QColor& colour)
{
    QByteArray svg = drawing.svg;
    svg.replace("currentColor", colour.name(QColor::HexRgb).toLatin1());
    QSvgRenderer renderer(svg);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setOpacity(painter.opacity() * colour.alphaF());
    renderer.render(&painter, square);
    painter.restore();
}

// Reading a drawing takes longer than painting a whole row of a table, so screens get pictures that Qt keeps; whoever scales or
// writes a vector file gets the vectors.
bool wantsPicture(const QPainter& painter)
{
    const int device = painter.device()->devType();
    const bool screen = device == QInternal::Widget || device == QInternal::Pixmap || device == QInternal::Image;
    return screen && painter.transform().type() <= QTransform::TxTranslate;
}

void paintDrawing(QPainter& painter, const QRectF& rectangle, const Drawing& drawing, const QColor& colour)
{
    const double side = std::min(rectangle.width(), rectangle.height());
    // Room to the right of the square is the gap before a button's words.
    const QPointF corner(rectangle.left(), rectangle.center().y() - side / 2);
    if (!wantsPicture(painter)) {
        renderDrawing(painter, QRectF(corner, QSizeF(side, side)), drawing, colour);
        return;
    }
    const double density = painter.device()->devicePixelRatioF();
    const int pixels = std::max(1, static_cast<int>(std::lround(side * density)));
    const QString key = QStringLiteral("halftone/%1/%2/%3").arg(drawing.name).arg(colour.rgba()).arg(pixels);
    QPixmap picture;
    if (!QPixmapCache::find(key, &picture)) {
        picture = QPixmap(pixels, pixels);
        picture.fill(Qt::transparent);
        QPainter onto(&picture);
        renderDrawing(onto, QRectF(0, 0, pixels, pixels), drawing, colour);
        onto.end();
        QPixmapCache::insert(key, picture);
    }
    picture.setDevicePixelRatio(density);
    // On whole pixels of the screen, or thin lines blur.
    const QPointF origin = painter.transform().map(corner) * density;
    const QPointF whole(std::round(origin.x()), std::round(origin.y()));
    painter.drawPixmap(painter.transform().inverted().map(whole / density), picture);
}

class LineIconEngine : public QIconEngine {
public:
    LineIconEngine(Drawing drawing, ThemeKind kind, bool follows, Role role)
        : m_drawing(std::move(drawing))
        , m_kind(kind)
        , m_follows(follows)
        , m_role(role)
    {
    }

    void paint(QPainter* painter, const QRect& rectangle, QIcon::Mode mode, QIcon::State) override
    {
        const Theme& theme = m_follows ? themeOf(nullptr) : Theme::builtIn(m_kind);
        paintDrawing(*painter, rectangle, m_drawing, theme.colour(mode == QIcon::Disabled ? Role::BorderStrong : m_role));
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

    QSize actualSize(const QSize& size, QIcon::Mode, QIcon::State) override { return size; }
    QIconEngine* clone() const override { return new LineIconEngine(*this); }

private:
    Drawing m_drawing;
    ThemeKind m_kind;
    bool m_follows;
    Role m_role;
};

} // namespace

QIcon icon(QStringView name, const Theme& theme, Role role)
{
    Drawing found = drawingOf(name.toString());
    if (found.svg.isEmpty()) return {};
    return QIcon(new LineIconEngine(std::move(found), theme.kind(), &theme == &themeOf(nullptr), role));
}

void paintIcon(QPainter& painter, const QRectF& rectangle, QStringView name, const QColor& colour)
{
    const Drawing found = drawingOf(name.toString());
    if (!found.svg.isEmpty()) paintDrawing(painter, rectangle, found, colour);
}

QIcon programIcon()
{
    registerLookResources();
    return QIcon(QStringLiteral(":/halftone/icons/halftone.svg"));
}

QStringList iconNames()
{
    registerLookResources();
    QStringList names = QDir(QStringLiteral(":/halftone/icons")).entryList({QStringLiteral("*.svg")}, QDir::Files, QDir::Name);
    for (QString& name : names) name.chop(4);
    names.removeAll(QStringLiteral("halftone"));
    return names;
}

} // namespace halftone
