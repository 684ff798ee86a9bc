// Graphviz's dot plugin, called as a library: no plugin files are searched for, nothing is rendered.
#include "widgets/graph/graph_layout.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>
#include <numeric>
#include <string>

#include <gvc.h>

#include "widgets/graph/tidy_layout.h"

extern "C" gvplugin_library_t gvplugin_dot_layout_LTX_library;

namespace halftone {

namespace {

constexpr double kPointsPerInch = 72; // one point is one pixel at zoom 1
constexpr double kFrameMargin = 18;
constexpr double kLinkMargin = 10;
constexpr int kMainWeight = 40; // how much straighter the main way is than shortcuts

// What Graphviz complained about; written under the layout's lock only.
std::string& complaint()
{
    static std::string text;
    return text;
}

int keepComplaint(char* text)
{
    complaint() += text;
    return 0;
}

std::string inches(double points) { return std::to_string(points / kPointsPerInch); }

struct GraphCloser {
    GVC_t* context = nullptr;
    void operator()(Agraph_t* graph) const
    {
        gvFreeLayout(context, graph);
        agclose(graph);
    }
};
struct ContextCloser {
    void operator()(GVC_t* context) const { gvFreeContext(context); }
};

void set(void* object, const char* name, const std::string& value)
{
    agsafeset(object, const_cast<char*>(name), const_cast<char*>(value.c_str()), const_cast<char*>(""));
}

class DotGraph {
public:
    DotGraph(GVC_t* context, const NetworkParts& parts)
        : m_parts(parts)
        , m_graph(agopen(const_cast<char*>("network"), Agdirected, nullptr), GraphCloser{context})
    {
    }
    bool layOut(bool keepOrder);
    GraphLayout read() const;

private:
    void setUp(bool keepOrder);
    int frameOf(int part) const { return m_parts.parts[static_cast<std::size_t>(part)].frame; }
    void addClusters();
    void addNodes();
    void addEdges();
    static QPointF toScene(pointf point) { return {point.x, -point.y}; } // Graphviz counts upwards
    static QRectF toScene(boxf box) { return {QPointF(box.LL.x, -box.UR.y), QPointF(box.UR.x, -box.LL.y)}; }
    static EdgeCourse courseOf(Agedge_t* edge);

    const NetworkParts& m_parts;
    std::unique_ptr<Agraph_t, GraphCloser> m_graph;
    std::vector<Agraph_t*> m_frames, m_links;
    std::vector<Agnode_t*> m_nodes;
    std::vector<Agedge_t*> m_edges;
};

void DotGraph::setUp(bool keepOrder)
{
    set(m_graph.get(), "rankdir", "LR");
    set(m_graph.get(), "nodesep", inches(20));
    set(m_graph.get(), "ranksep", inches(30));
    set(m_graph.get(), "splines", "true");
    if (keepOrder) set(m_graph.get(), "ordering", "out");
    // Network simplex may take very long on wide graphs; beyond these limits a good place is good enough.
    set(m_graph.get(), "nslimit", "2");
    set(m_graph.get(), "nslimit1", "2");
    set(m_graph.get(), "mclimit", m_parts.parts.size() > 600 ? "0.5" : "1");
}

void DotGraph::addClusters()
{
    for (int f = 0; f < m_parts.frames.size(); ++f) {
        const std::string name = "cluster_frame" + std::to_string(f);
        m_frames.push_back(agsubg(m_graph.get(), const_cast<char*>(name.c_str()), 1));
        set(m_frames.back(), "margin", std::to_string(kFrameMargin));
    }
    for (std::size_t l = 0; l < m_parts.links.size(); ++l) {
        const std::string name = "cluster_link" + std::to_string(l);
        const int frame = m_parts.links[l].frame;
        Agraph_t* parent = frame < 0 ? m_graph.get() : m_frames[static_cast<std::size_t>(frame)];
        m_links.push_back(agsubg(parent, const_cast<char*>(name.c_str()), 1));
        set(m_links.back(), "margin", std::to_string(kLinkMargin));
    }
}

void DotGraph::addNodes()
{
    for (std::size_t p = 0; p < m_parts.parts.size(); ++p) {
        const GraphPart& part = m_parts.parts[p];
        const std::string name = "n" + std::to_string(p);
        Agraph_t* parent = m_graph.get();
        if (part.frame >= 0) parent = m_frames[static_cast<std::size_t>(part.frame)];
        if (part.link >= 0) parent = m_links[static_cast<std::size_t>(part.link)];
        Agnode_t* node = agnode(parent, const_cast<char*>(name.c_str()), 1);
        set(node, "shape", "box");
        set(node, "fixedsize", "true");
        set(node, "label", "");
        set(node, "width", inches(part.size.width()));
        set(node, "height", inches(part.size.height()));
        m_nodes.push_back(node);
    }
}

// Out of each part the main way comes first, so that it stands on top, then the caption of a linked group.
void DotGraph::addEdges()
{
    const auto rank = [this](std::size_t e) { return m_parts.edges[e].main ? 0 : m_parts.edges[e].drawn ? 2 : 1; };
    std::vector<std::size_t> order(m_parts.edges.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, rank);
    m_edges.assign(order.size(), nullptr);
    for (const std::size_t e : order) {
        const GraphEdge& edge = m_parts.edges[e];
        Agedge_t* made = agedge(m_graph.get(), m_nodes[static_cast<std::size_t>(edge.from)],
            m_nodes[static_cast<std::size_t>(edge.to)], nullptr, 1);
        set(made, "arrowhead", "none");
        set(made, "headport", "w");
        set(made, "tailport", "e");
        if (frameOf(edge.from) != frameOf(edge.to)) set(made, "minlen", "2"); // room between frames
        if (edge.main) set(made, "weight", std::to_string(kMainWeight));
        if (!edge.drawn) set(made, "style", "invis");
        m_edges[e] = made;
    }
}

bool DotGraph::layOut(bool keepOrder)
{
    setUp(keepOrder);
    addClusters();
    addNodes();
    addEdges();
    return gvLayout(GraphCloser(m_graph.get_deleter()).context, m_graph.get(), "dot") == 0;
}

EdgeCourse DotGraph::courseOf(Agedge_t* edge)
{
    EdgeCourse course;
    const splines* made = ED_spl(edge);
    if (!made) return course;
    QPointF before;
    for (int i = 0; i < made->size; ++i) {
        const bezier& curve = made->list[i];
        if (curve.size < 4) continue;
        course.path.moveTo(toScene(curve.list[0]));
        for (int j = 1; j + 2 < curve.size; j += 3)
            course.path.cubicTo(toScene(curve.list[j]), toScene(curve.list[j + 1]), toScene(curve.list[j + 2]));
        course.tip = toScene(curve.list[curve.size - 1]);
        before = toScene(curve.list[curve.size - 2]);
    }
    const QPointF along = course.tip - before;
    const double length = std::hypot(along.x(), along.y());
    course.direction = length > 1e-6 ? along / length : QPointF(1, 0);
    return course;
}

GraphLayout DotGraph::read() const
{
    GraphLayout made;
    made.bounds = toScene(GD_bb(m_graph.get()));
    for (Agnode_t* node : m_nodes) {
        const QPointF centre = toScene(ND_coord(node));
        const QSizeF size = m_parts.parts[made.parts.size()].size;
        made.parts.push_back(QRectF(centre - QPointF(size.width() / 2, size.height() / 2), size));
    }
    for (std::size_t e = 0; e < m_edges.size(); ++e)
        made.edges.push_back(m_parts.edges[e].drawn ? courseOf(m_edges[e]) : EdgeCourse{});
    for (Agraph_t* frame : m_frames) made.frames.push_back(toScene(GD_bb(frame)));
    for (Agraph_t* link : m_links) made.links.push_back(toScene(GD_bb(link)));
    return made;
}

} // namespace

Result<GraphLayout> layOut(const NetworkParts& parts)
{
    if (parts.parts.size() > kMostParts)
        return Error{ErrorCode::Unsupported,
            "The network has " + std::to_string(parts.parts.size()) + " operations, more than can be drawn; the table has all "
            "its layers."};
    static std::mutex oneAtATime; // Graphviz keeps state of its own
    const std::lock_guard lock(oneAtATime);
    complaint().clear();
    agseterrf(keepComplaint);
    static const lt_symlist_t plugins[]
        = {{"gvplugin_dot_layout_LTX_library", &gvplugin_dot_layout_LTX_library}, {nullptr, nullptr}};
    const std::unique_ptr<GVC_t, ContextCloser> context(gvContextPlugins(plugins, 0));
    for (const bool keepOrder : {true, false}) { // dot cannot always keep the order that is asked for
        DotGraph graph(context.get(), parts);
        if (!graph.layOut(keepOrder)) continue;
        GraphLayout made = graph.read();
        tidy(made, parts);
        return made;
    }
    return Error{
        ErrorCode::Failed, "The network could not be laid out as a graph (" + complaint() + "); the table has all its layers."};
}

} // namespace halftone
