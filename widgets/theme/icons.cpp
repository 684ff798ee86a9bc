// Paints the program's line icons from SVG in a given colour.
#include "widgets/theme/icons.h"

#include "widgets/theme/theme_host.h"

#include <QDir>
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

namespace halftone {

namespace {

QByteArray drawing(const QString& name)
{
    registerLookResources();
    QFile file(QStringLiteral(":/halftone/icons/%1.svg").arg(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void paintDrawing(QPainter& painter, const QRectF& rectangle, QByteArray drawing, const QColor& colour)
{
    drawing.replace("currentColor", colour.name(QColor::HexRgb).toLatin1());
    QSvgRenderer renderer(drawing);
    const double side = std::min(rectangle.width(), rectangle.height());
    // Room to the right of the square is the gap before a button's words.
    const QRectF square(QPointF(rectangle.left(), rectangle.center().y() - side / 2), QSizeF(side, side));
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setOpacity(painter.opacity() * colour.alphaF());
    renderer.render(&painter, square);
    painter.restore();
}

class LineIconEngine : public QIconEngine {
public:
    LineIconEngine(QByteArray drawing, ThemeKind kind, bool follows, Role role)
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
    QByteArray m_drawing;
    ThemeKind m_kind;
    bool m_follows;
    Role m_role;
};

} // namespace

QIcon icon(QStringView name, const Theme& theme, Role role)
{
    QByteArray found = drawing(name.toString());
    if (found.isEmpty()) return {};
    return QIcon(new LineIconEngine(std::move(found), theme.kind(), &theme == &themeOf(nullptr), role));
}

void paintIcon(QPainter& painter, const QRectF& rectangle, QStringView name, const QColor& colour)
{
    const QByteArray found = drawing(name.toString());
    if (!found.isEmpty()) paintDrawing(painter, rectangle, found, colour);
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
