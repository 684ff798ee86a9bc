// Sentences of the Bits view.
#include "widgets/pages/bits/move_words.h"

#include <algorithm>

#include <QCoreApplication>
#include <QStringList>

#include "core/cost/all_cost_models.h"
#include "widgets/controls/text_label.h"
#include "widgets/format/quantity.h"

namespace halftone {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("MoveWords", text); }

// The widths that the groups have now, from high to low.
std::set<int, std::greater<>> widthsNow(const BitDocument& document, const std::set<GroupIndex>& groups)
{
    std::set<int, std::greater<>> widths;
    for (const GroupIndex group : groups)
        widths.insert(document.bitsOf(document.study()->table.group(group).layers.front()));
    return widths;
}

} // namespace

int layersOf(const BitDocument& document, const std::set<GroupIndex>& groups, bool inner)
{
    std::size_t layers = 0;
    for (const GroupIndex group : groups) {
        const LinkedGroup& linked = document.study()->table.group(group);
        if (!inner || !linked.edge) layers += linked.layers.size();
    }
    return static_cast<int>(layers);
}

QString groupsTitle(const BitDocument& document, const std::set<GroupIndex>& groups)
{
    const int layers = layersOf(document, groups, false);
    if (groups.size() > 1 && layers == static_cast<int>(groups.size())) return tr("%1 layers").arg(layers);
    if (groups.size() > 1) return tr("%1 layers in %2 groups").arg(layers).arg(groups.size());
    if (layers > 1) return tr("%1 linked layers").arg(layers);
    const LinkedGroup& only = document.study()->table.group(*groups.begin());
    return QString::fromStdString(document.study()->table.layer(only.layers.front()).name);
}

QString inputName(const BitDocument& document, GroupIndex group)
{
    const StudyOverview& study = *document.study();
    const ValueIndex input = study.table.group(group).input;
    if (!study.network || input == study.network->input()) return tr("the network's input");
    const QString name = QString::fromStdString(study.network->operation(study.network->value(input).producer).name);
    // A block ends with its sum and a rectifier; the state_dict knows the block alone.
    const qsizetype dot = name.lastIndexOf(QLatin1Char('.'));
    const QStringView last = QStringView(name).mid(dot + 1);
    const bool unnamed = last.startsWith(QLatin1String("relu")) || last.startsWith(QLatin1String("add"));
    return dot > 0 && unnamed ? name.left(dot) : name;
}

QString linkSentence(const BitDocument& document, const std::set<GroupIndex>& groups)
{
    std::set<GroupIndex> linked;
    for (const GroupIndex group : groups)
        if (document.study()->table.group(group).layers.size() > 1) linked.insert(group);
    if (linked.empty()) return {};
    if (groups.size() > 1) return tr("Layers that read the same tensor share one activation width and go together.");
    const std::size_t layers = document.study()->table.group(*linked.begin()).layers.size();
    const QString source = codeSpan(inputName(document, *linked.begin()));
    if (layers == 2) return tr("Both read the output of %1, so they share one activation width.").arg(source);
    return tr("All %1 read the output of %2, so they share one activation width.").arg(layers).arg(source);
}

QString edgeSentence() { return tr("First and last layers stay at 8 bit, outside the choice."); }

MoveWords moveWords(const BitDocument& document, const std::set<GroupIndex>& groups, int bits)
{
    MoveWords words;
    QStringList from;
    for (const int width : widthsNow(document, groups))
        if (width != bits) from << QString::number(width);
    const QString change = from.size() == 1 ? tr("%1 \u2192 %2 bit").arg(from.first()).arg(bits) : tr("\u2192 %1 bit").arg(bits);
    words.title = from.isEmpty() ? tr("%1 stays at %2 bit").arg(groupsTitle(document, groups)).arg(bits)
                                 : tr("%1, %2").arg(groupsTitle(document, groups), change);
    words.reason = linkSentence(document, groups);
    const auto isPinned = [&](GroupIndex group) { return document.isPinned(group); };
    if (std::ranges::any_of(groups, isPinned))
        words.reason += (words.reason.isEmpty() ? QString() : QStringLiteral(" ")) + tr("The pin moves along.");
    const BitTotals& now = document.totals();
    const BitTotals then = document.totalsOf(document.moved(groups, bits));
    words.cost = tr("Cost %1").arg(pointsText(then.costFraction - now.costFraction));
    const auto isUnscored = [&](GroupIndex group) { return !document.study()->table.group(group).edge && !document.gain(group); };
    if (!now.gain || !then.gain) words.cost += tr(" \u00b7 no gains yet");
    else if (std::ranges::any_of(groups, isUnscored)) words.cost += tr(" \u00b7 gain not known in full");
    else words.cost += tr(" \u00b7 gain %1").arg(differenceText(*then.gain - *now.gain, 3));
    return words;
}

QString costTitle(const QString& cost)
{
    if (cost == QLatin1String("linear")) return tr("Linear, bits \u00d7 MACs");
    const auto model = findCostModel(cost.toStdString());
    if (!model.ok()) return cost;
    const std::string_view title = (*model)->title();
    return QString::fromUtf8(title.data(), static_cast<qsizetype>(title.size()));
}

QString costWord(const QString& cost) { return cost == QString::fromLatin1(weightBytesCost().name().data()) ? tr("weights") : tr("MACs"); }

} // namespace halftone
