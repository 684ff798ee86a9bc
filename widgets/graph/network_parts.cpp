// From operations to boxes and pills: batch norms folded away, stages found by the names, the longest way marked.
#include "widgets/graph/network_parts.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <QFontMetricsF>

namespace halftone {

namespace {

constexpr QChar kTimes(0x00D7);

QString number(std::int64_t value) { return QString::number(value); }

QString pairText(const Pair& pair) { return number(pair[0]) + kTimes + number(pair[1]); }

QString strideText(const Pair& stride) { return stride[0] == stride[1] ? number(stride[0]) : pairText(stride); }

// "16×32, 3×3, /2": channels in and out, kernel, stride.
QString shapeOf(const Network& network, const Operation& operation)
{
    const Shape& input = network.value(operation.inputs.front()).shape;
    if (const auto* linear = operation.as<Linear>()) {
        return number(elementCount(input)) + kTimes + number(linear->outFeatures);
    }
    const auto convolution = [&](const auto& conv) {
        QString text = number(input.empty() ? 0 : input[0]) + kTimes + number(conv.outChannels) + QStringLiteral(", ")
            + pairText(conv.kernel);
        if (conv.stride != Pair{1, 1}) text += QStringLiteral(", /") + strideText(conv.stride);
        if (conv.groups != 1) text += QStringLiteral(", g") + number(conv.groups);
        return text;
    };
    if (const auto* transposed = operation.as<ConvTranspose2d>()) return convolution(*transposed);
    return convolution(*operation.as<Conv2d>());
}

struct PillText {
    QString operator()(const Input&) const { return QStringLiteral("input"); }
    QString operator()(const BatchNorm&) const { return QStringLiteral("batch norm"); }
    QString operator()(const LayerNorm&) const { return QStringLiteral("layer norm"); }
    QString operator()(const Relu&) const { return QStringLiteral("relu"); }
    QString operator()(const Relu6&) const { return QStringLiteral("relu6"); }
    QString operator()(const LeakyRelu&) const { return QStringLiteral("leaky relu"); }
    QString operator()(const PRelu&) const { return QStringLiteral("prelu"); }
    QString operator()(const Sigmoid&) const { return QStringLiteral("sigmoid"); }
    QString operator()(const HardSigmoid&) const { return QStringLiteral("hard sigmoid"); }
    QString operator()(const Silu&) const { return QStringLiteral("silu"); }
    QString operator()(const HardSwish&) const { return QStringLiteral("hard swish"); }
    QString operator()(const Gelu&) const { return QStringLiteral("gelu"); }
    QString operator()(const Add&) const { return QStringLiteral("+"); }
    QString operator()(const Multiply&) const { return kTimes; }
    QString operator()(const MatrixMultiply&) const { return QStringLiteral("matrix product"); }
    QString operator()(const ChannelAffine&) const { return QStringLiteral("scale, shift"); }
    QString operator()(const FakeQuantize&) const { return QStringLiteral("fake quantize"); }
    QString operator()(const ChannelShuffle&) const { return QStringLiteral("shuffle"); }
    QString operator()(const Upsample&) const { return QStringLiteral("upsample"); }
    QString operator()(const Concat&) const { return QStringLiteral("concat"); }
    QString operator()(const MaxPool&) const { return QStringLiteral("max pool"); }
    QString operator()(const AveragePool&) const { return QStringLiteral("average pool"); }
    QString operator()(const AdaptiveAveragePool&) const { return QStringLiteral("average pool"); }
    QString operator()(const Flatten&) const { return QStringLiteral("flatten"); }
    QString operator()(const Pad&) const { return QStringLiteral("pad"); }
    QString operator()(const Slice&) const { return QStringLiteral("slice"); }
    QString operator()(const Softmax&) const { return QStringLiteral("softmax"); }
    QString operator()(const Conv2d&) const { return {}; }
    QString operator()(const ConvTranspose2d&) const { return {}; }
    QString operator()(const Linear&) const { return {}; }
};

class PartsBuilder {
public:
    PartsBuilder(const Network& network, const LayerTable& table)
        : m_network(network)
        , m_table(table)
    {
    }
    NetworkParts build(const QString& linkWords)
    {
        addParts();
        addEdges();
        markMainWay();
        findFrames();
        findLinks(linkWords);
        return std::move(m_made);
    }

private:
    void addParts();
    void addEdges();
    void markMainWay();
    void findFrames();
    void findLinks(const QString& words);
    GraphPart& part(int index) { return m_made.parts[static_cast<std::size_t>(index)]; }

    const Network& m_network;
    const LayerTable& m_table;
    NetworkParts m_made;
    std::vector<int> m_partOf; // by operation
};

void PartsBuilder::addParts()
{
    std::map<OperationIndex, LayerIndex> layers;
    for (std::size_t i = 0; i < m_table.layers.size(); ++i)
        layers[m_table.layers[i].operation] = LayerIndex(static_cast<std::int64_t>(i));
    std::map<OperationIndex, OperationIndex> folds; // batch norm -> layer
    for (const BatchNormFold& fold : batchNormFolds(m_network)) folds[fold.batchNorm] = fold.layer;
    m_made.partOfLayer.assign(m_table.layers.size(), -1);
    m_partOf.assign(m_network.operations().size(), -1);
    for (std::size_t i = 0; i < m_network.operations().size(); ++i) {
        const OperationIndex index(static_cast<std::int64_t>(i));
        const Operation& operation = m_network.operations()[i];
        if (const auto fold = folds.find(index); fold != folds.end()) {
            const int into = m_partOf[static_cast<std::size_t>(fold->second.value)];
            part(into).folded << QString::fromStdString(operation.name);
            m_partOf[i] = into;
            continue;
        }
        GraphPart made{.name = QString::fromStdString(operation.name)};
        if (const auto layer = layers.find(index); layer != layers.end()) {
            made.kind = PartKind::Layer;
            made.text = made.name;
            made.detail = shapeOf(m_network, operation);
            made.layer = layer->second;
            made.group = m_table.layer(layer->second).group;
            m_made.partOfLayer[static_cast<std::size_t>(made.layer.value)] = static_cast<int>(m_made.parts.size());
        } else {
            made.text = std::visit(PillText{}, operation.attributes);
        }
        m_partOf[i] = static_cast<int>(m_made.parts.size());
        m_made.parts.push_back(std::move(made));
    }
}

void PartsBuilder::addEdges()
{
    std::set<std::pair<int, int>> known; // an operation may read one value twice
    for (std::size_t i = 0; i < m_network.operations().size(); ++i) {
        for (const ValueIndex input : m_network.operations()[i].inputs) {
            const int from = m_partOf[static_cast<std::size_t>(m_network.value(input).producer.value)];
            const int to = m_partOf[i];
            if (from != to && known.emplace(from, to).second) m_made.edges.push_back({.from = from, .to = to});
        }
    }
}

// Parts are in topological order, so one pass finds the longest way to each.
void PartsBuilder::markMainWay()
{
    std::vector<int> length(m_made.parts.size(), 0);
    std::vector<int> via(m_made.parts.size(), -1); // the edge
    std::vector<std::vector<int>> into(m_made.parts.size());
    for (std::size_t e = 0; e < m_made.edges.size(); ++e)
        into[static_cast<std::size_t>(m_made.edges[e].to)].push_back(static_cast<int>(e));
    int last = -1;
    for (std::size_t p = 0; p < m_made.parts.size(); ++p) {
        for (const int e : into[p]) {
            const int reached = length[static_cast<std::size_t>(m_made.edges[static_cast<std::size_t>(e)].from)] + 1;
            if (reached > length[p]) {
                length[p] = reached;
                via[p] = e;
            }
        }
        if (last < 0 || length[p] >= length[static_cast<std::size_t>(last)]) last = static_cast<int>(p);
    }
    while (last >= 0 && via[static_cast<std::size_t>(last)] >= 0) {
        GraphEdge& edge = m_made.edges[static_cast<std::size_t>(via[static_cast<std::size_t>(last)])];
        edge.main = true;
        last = edge.from;
    }
}

// A stage with two layers or more gets a frame. Other operations stand in the frame that their name or what they read says.
// A stage in one piece is one frame. One that others interrupt (a stem and a head of one name) is one frame a piece, for a frame
// round both ends would hold everything between them.
void PartsBuilder::findFrames()
{
    struct Piece {
        QString stage;
        int layers = 0;
        int frame = -1;
    };
    std::vector<Piece> pieces;
    std::vector<std::size_t> pieceOf;
    for (const GraphPart& one : m_made.parts) {
        const QString stage = stageOf(one.name);
        const bool isNamed = !stage.isEmpty() && !one.name.startsWith(QLatin1Char('/'));
        if (pieces.empty() || (isNamed && pieces.back().stage != stage)) pieces.push_back({.stage = isNamed ? stage : QString()});
        pieceOf.push_back(pieces.size() - 1);
        if (one.kind == PartKind::Layer && isNamed) ++pieces.back().layers;
    }
    const auto frameOf = [&](std::size_t p, const QString& stage) {
        Piece& piece = pieces[pieceOf[p]];
        if (stage.isEmpty() || piece.stage != stage || piece.layers < 2) return -1;
        if (piece.frame < 0) {
            piece.frame = static_cast<int>(m_made.frames.size());
            m_made.frames << stage;
        }
        return piece.frame;
    };
    for (std::size_t p = 0; p < m_made.parts.size(); ++p) {
        GraphPart& one = m_made.parts[p];
        one.frame = frameOf(p, stageOf(one.name));
        if (one.frame < 0 && one.kind == PartKind::Pill && one.name.startsWith(QLatin1Char('/'))) {
            // Files of ONNX name operations by paths of their own ("/layer1/layer1.0/relu/Relu").
            const auto source = std::ranges::find_if(m_made.edges, [&](const GraphEdge& edge) { return edge.to == int(p); });
            if (source != m_made.edges.end()) one.frame = part(source->from).frame;
        }
        if (one.kind == PartKind::Layer && one.frame >= 0) one.text = one.name.mid(m_made.frames[one.frame].size() + 1);
    }
}

void PartsBuilder::findLinks(const QString& words)
{
    for (std::size_t g = 0; g < m_table.groups.size(); ++g) {
        const LinkedGroup& group = m_table.groups[g];
        if (group.layers.size() < 2) continue;
        const auto partOf = [&](LayerIndex layer) -> GraphPart& {
            return part(m_made.partOfLayer[static_cast<std::size_t>(layer.value)]);
        };
        const int frame = partOf(group.layers.front()).frame;
        if (!std::ranges::all_of(group.layers, [&](LayerIndex layer) { return partOf(layer).frame == frame; })) continue;
        const int link = static_cast<int>(m_made.links.size());
        for (const LayerIndex layer : group.layers) partOf(layer).link = link;
        const int caption = static_cast<int>(m_made.parts.size());
        const int source = m_partOf[static_cast<std::size_t>(m_network.value(group.input).producer.value)];
        m_made.parts.push_back({.kind = PartKind::Caption,
            .text = words,
            .group = GroupIndex(static_cast<std::int64_t>(g)),
            .frame = frame,
            .link = link});
        m_made.edges.push_back({.from = source, .to = caption, .drawn = false});
        m_made.links.push_back({.group = GroupIndex(static_cast<std::int64_t>(g)), .frame = frame, .caption = caption});
    }
}

} // namespace

NetworkParts networkParts(const Network& network, const LayerTable& table, const QString& linkWords)
{
    return PartsBuilder(network, table).build(linkWords);
}

void measureParts(NetworkParts& parts, const PartFonts& fonts, const PartMetrics& metrics)
{
    const QFontMetricsF name(fonts.name), detail(fonts.detail), pill(fonts.pill);
    for (GraphPart& part : parts.parts) {
        if (part.kind == PartKind::Layer) {
            const double words = std::max(name.horizontalAdvance(part.text), detail.horizontalAdvance(part.detail));
            const double width = words + metrics.glyph + 2 * metrics.padding + metrics.padding * 2 / 3;
            part.size = {std::max(metrics.leastLayerWidth, std::ceil(width / 8) * 8), metrics.layerHeight};
        } else if (part.kind == PartKind::Pill) {
            const double width = std::ceil(pill.horizontalAdvance(part.text)) + 2 * metrics.pillPadding;
            part.size = {std::max(width, 1.3 * metrics.pillHeight), metrics.pillHeight};
        } else {
            part.size = {std::ceil(pill.horizontalAdvance(part.text)) + metrics.glyph + metrics.padding, metrics.pillHeight};
        }
    }
    // The layers of a linked group stand above each other: one width.
    std::vector<double> widest(parts.links.size(), 0);
    for (int pass = 0; pass < 2; ++pass) {
        for (GraphPart& part : parts.parts) {
            if (part.link < 0 || part.kind != PartKind::Layer) continue;
            double& width = widest[static_cast<std::size_t>(part.link)];
            if (pass == 0)
                width = std::max(width, part.size.width());
            else
                part.size.setWidth(width);
        }
    }
}

QString stageOf(const QString& name)
{
    const QStringList pieces = name.split(QLatin1Char('.'));
    if (pieces.size() < 2) return {};
    return pieces.size() == 2 ? pieces[0] : pieces[0] + QLatin1Char('.') + pieces[1];
}

QString layerKindText(const Network& network, const Operation& operation)
{
    if (const auto* transposed = operation.as<ConvTranspose2d>())
        return QStringLiteral("Transposed ") + pairText(transposed->kernel) + QStringLiteral(", stride ")
            + strideText(transposed->stride);
    const auto* conv = operation.as<Conv2d>();
    if (!conv) return QStringLiteral("Linear");
    const Shape& input = network.value(operation.inputs.front()).shape;
    const bool depthwise = conv->groups > 1 && !input.empty() && conv->groups == input[0];
    QString text = (depthwise ? QStringLiteral("Depthwise ") : QStringLiteral("Conv ")) + pairText(conv->kernel);
    if (conv->stride != Pair{1, 1}) text += QStringLiteral(", stride ") + strideText(conv->stride);
    if (conv->dilation != Pair{1, 1}) text += QStringLiteral(", dilation ") + strideText(conv->dilation);
    if (conv->groups != 1 && !depthwise) text += QStringLiteral(", ") + number(conv->groups) + QStringLiteral(" groups");
    return text;
}

} // namespace halftone
