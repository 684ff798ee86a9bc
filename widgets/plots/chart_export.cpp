// Saves a chart as a picture (PNG, SVG, PDF) with its headline, or its numbers as CSV.
#include "widgets/plots/chart_private.h"
#include "widgets/plots/csv_writer.h"
#include "widgets/theme/theme_host.h"

#include <QBuffer>
#include <QFileInfo>
#include <QImage>
#include <QPageSize>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>
#include <qcustomplot.h>

namespace halftone {

namespace {

constexpr double kPadding = 16;
constexpr double kHeadline = 32;
constexpr int kDensity = 2; // of PNG
constexpr int kPdfDotsPerInch = 1200;
constexpr double kPixelsPerInch = 96;
constexpr double kPointsPerInch = 72;

Error writeError(const QString& path, const QString& reason)
{
    return {ErrorCode::Io, QObject::tr("Cannot write %1: %2. Choose another folder or free some space.").arg(path, reason).toStdString()};
}

Status writeFile(const QString& path, const std::function<bool(QIODevice&)>& write)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly)) return writeError(path, file.errorString());
    if (!write(file) || !file.commit()) return writeError(path, file.errorString());
    return {};
}

} // namespace

// Lays the chart out at the size of the picture, paints, and puts the chart back as it was.
class ChartExport {
public:
    explicit ChartExport(const Chart& chart)
        : m_chart(chart)
        , m_data(*chart.m_private)
        , m_theme(themeOf(&chart))
        , m_size(QSizeF(chart.size()).expandedTo(chart.minimumSizeHint()))
    {
        m_data.saving = true;
        m_data.applyTheme(m_theme);
        m_data.applyLayout(chart.layoutFor(m_size), m_size);
    }
    ChartExport(const ChartExport&) = delete;
    ChartExport& operator=(const ChartExport&) = delete;
    ~ChartExport()
    {
        m_data.saving = false;
        m_data.restyle = true;
        m_data.plan(ChartWork::Everything);
    }

    QSize pictureSize() const
    {
        const double headline = m_data.title.isEmpty() ? 0 : kHeadline;
        return QSizeF(m_size.width() + 2 * kPadding, m_size.height() + 2 * kPadding + headline).toSize();
    }

    bool paint(QPaintDevice& device, double scale) const
    {
        QCPPainter painter;
        if (!painter.begin(&device)) return false;
        painter.scale(scale, scale);
        painter.fillRect(QRectF(QPointF(), pictureSize()), m_theme.colour(Role::Panel));
        paintHeadline(painter);
        painter.translate(kPadding, kPadding + (m_data.title.isEmpty() ? 0 : kHeadline));
        const QSize size = m_size.toSize();
        m_data.plot->toPainter(&painter, size.width(), size.height());
        return painter.end();
    }

    bool savePng(QIODevice& file) const
    {
        QImage image(pictureSize() * kDensity, QImage::Format_ARGB32_Premultiplied);
        if (image.isNull()) return false;
        image.setDevicePixelRatio(kDensity);
        return paint(image, 1) && image.save(&file, "PNG");
    }

    bool saveSvg(QIODevice& file) const
    {
        QSvgGenerator svg;
        svg.setOutputDevice(&file);
        svg.setSize(pictureSize());
        svg.setViewBox(QRect(QPoint(), pictureSize()));
        svg.setTitle(m_data.title);
        svg.setDescription(m_chart.summary());
        return paint(svg, 1);
    }

    bool savePdf(QIODevice& file) const
    {
        QPdfWriter pdf(&file);
        pdf.setTitle(m_data.title);
        pdf.setCreator(QStringLiteral("Halftone"));
        pdf.setResolution(kPdfDotsPerInch);
        pdf.setPageMargins(QMarginsF());
        pdf.setPageSize(QPageSize(QSizeF(pictureSize()) * kPointsPerInch / kPixelsPerInch, QPageSize::Point, {}, QPageSize::ExactMatch));
        return paint(pdf, kPdfDotsPerInch / kPixelsPerInch);
    }

private:
    void paintHeadline(QPainter& painter) const
    {
        if (m_data.title.isEmpty()) return;
        const QFont heading = m_theme.font(TextStyle::Heading);
        painter.setFont(heading);
        painter.setPen(m_theme.colour(Role::Ink));
        QRectF line(kPadding, kPadding, m_size.width(), kHeadline - 8);
        painter.drawText(line, Qt::AlignLeft | Qt::AlignTop, m_data.title);
        line.setLeft(line.left() + QFontMetricsF(heading).horizontalAdvance(m_data.title) + 8);
        painter.setFont(m_theme.font(TextStyle::Small));
        painter.setPen(m_theme.colour(Role::Ink2));
        painter.drawText(line.translated(0, 1), Qt::AlignLeft | Qt::AlignTop, m_data.subtitle);
    }

    const Chart& m_chart;
    Chart::Private& m_data;
    const Theme& m_theme;
    QSizeF m_size;
};

Status Chart::saveAs(const QString& path) const
{
    const QString ending = QFileInfo(path).suffix().toLower();
    if (ending == QLatin1String("csv")) {
        return writeFile(path, [this](QIODevice& file) {
            CsvWriter csv(file);
            writeCsv(csv);
            return csv.flush();
        });
    }
    const ChartExport picture(*this);
    if (ending == QLatin1String("png")) return writeFile(path, [&](QIODevice& file) { return picture.savePng(file); });
    if (ending == QLatin1String("svg")) return writeFile(path, [&](QIODevice& file) { return picture.saveSvg(file); });
    if (ending == QLatin1String("pdf")) return writeFile(path, [&](QIODevice& file) { return picture.savePdf(file); });
    return Error{ErrorCode::BadInput,
        tr("A chart cannot be saved as %1; give a name that ends in .png, .svg, .pdf or .csv.").arg(QFileInfo(path).fileName()).toStdString()};
}

} // namespace halftone
