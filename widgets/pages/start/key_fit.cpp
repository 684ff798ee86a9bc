// Reads the document of `halftone inspect MODEL`.
#include "widgets/pages/start/key_fit.h"

#include <map>

#include <QCoreApplication>

#include <nlohmann/json.hpp>

#include "widgets/format/quantity.h"

namespace halftone {

namespace {

using Json = nlohmann::json;

QString words(const char* text) { return QCoreApplication::translate("KeyFit", text); }

QString textIn(const Json& object, const char* name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? QString::fromStdString(found->get<std::string>()) : QString();
}

QString shapeIn(const Json& object, const char* name)
{
    QStringList sizes;
    if (const auto found = object.find(name); found != object.end() && found->is_array())
        for (const Json& size : *found) sizes << (size.is_number_integer() ? QString::number(size.get<std::int64_t>()) : QString());
    return sizes.isEmpty() ? words("scalar") : sizes.join(QLatin1Char('x'));
}

// The objects of an array field; empty when it is something else.
std::vector<Json> objectsIn(const Json& object, const char* name)
{
    std::vector<Json> objects;
    if (const auto found = object.find(name); found != object.end() && found->is_array())
        for (const Json& entry : *found)
            if (entry.is_object()) objects.push_back(entry);
    return objects;
}

QStringList candidatesOf(const Json& key, const QStringList& ofShape)
{
    QStringList names;
    if (const auto nearest = key.find("nearest"); nearest != key.end() && nearest->is_array())
        for (const Json& name : *nearest)
            if (name.is_string())
                if (const QString text = QString::fromStdString(name.get<std::string>()); ofShape.contains(text)) names << text;
    for (const QString& name : ofShape)
        if (!names.contains(name)) names << name;
    return names;
}

} // namespace

std::optional<KeyFit> keyFitFrom(const std::string& document)
{
    const auto whole = Json::parse(document, nullptr, false);
    if (!whole.is_object()) return {};
    const auto keys = whole.find("keys");
    if (keys == whole.end() || !keys->is_object()) return {};
    KeyFit fit{.architecture = textIn(whole, "architecture")};
    fit.isRandom = textIn(whole, "format") == QLatin1String("random");
    if (const auto guessed = whole.find("guessed"); guessed != whole.end() && guessed->is_boolean()) fit.isGuess = guessed->get<bool>();
    if (const auto matched = keys->find("matched"); matched != keys->end() && matched->is_number_integer())
        fit.matched = matched->get<std::int64_t>();
    std::map<QString, QStringList> missingOfShape;
    for (const Json& key : objectsIn(*keys, "missing")) {
        fit.missing << textIn(key, "name");
        missingOfShape[shapeIn(key, "shape")] << textIn(key, "name");
    }
    for (const Json& key : objectsIn(*keys, "misShaped"))
        fit.misShaped << words("%1 is %2, wanted %3").arg(textIn(key, "name"), shapeIn(key, "found"), shapeIn(key, "wanted"));
    for (const Json& key : objectsIn(*keys, "unexpected")) {
        const QString shape = shapeIn(key, "shape");
        fit.unexpected.push_back({textIn(key, "name"), shape, candidatesOf(key, missingOfShape[shape])});
    }
    for (const Json& mapping : objectsIn(*keys, "suggested")) fit.suggested.emplace_back(textIn(mapping, "key"), textIn(mapping, "name"));
    if (const auto weights = whole.find("weights"); weights != whole.end() && weights->is_object()) {
        for (const Json& set : objectsIn(*weights, "sets")) fit.weightSets << textIn(set, "key");
        fit.weightsTaken = textIn(*weights, "taken");
    }
    fit.all = fit.matched + fit.missing.size() + fit.misShaped.size();
    return fit;
}

QString KeyFit::verdict() const
{
    if (isRandom) return words("%1 has no weights here: they are random until it is trained.").arg(architecture);
    const QString found = words("%1 of %2 keys found").arg(wholeText(matched), wholeText(all));
    if (isReady()) return words("%1: %2.").arg(architecture, found);
    return isGuess ? words("No known network fits; the nearest is %1: %2.").arg(architecture, found)
                   : words("%1: %2.").arg(architecture, found);
}

} // namespace halftone
