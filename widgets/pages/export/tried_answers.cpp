// Reads the document about an image; what is not as it should be is left out or refused, never trusted.
#include "widgets/pages/export/tried_answers.h"

#include <algorithm>

#include <QCoreApplication>
#include <nlohmann/json.hpp>

#include "widgets/format/quantity.h"
#include "widgets/pages/export/image_preview.h"

namespace halftone {

namespace {

using Json = nlohmann::json;

QString tr(const char* text) { return QCoreApplication::translate("TriedAnswers", text); }

QString wordOf(const Json& object, const char* name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? QString::fromStdString(found->get<std::string>()) : QString();
}

std::optional<double> numberOf(const Json& object, const char* name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
}

QByteArray bytesOf(const Json& object, const char* name) { return QByteArray::fromBase64(wordOf(object, name).toLatin1()); }

QList<std::int64_t> shapeOf(const Json& object, const char* name)
{
    QList<std::int64_t> shape;
    if (const auto found = object.find(name); found != object.end() && found->is_array())
        for (const auto& side : *found) shape << (side.is_number_integer() ? side.get<std::int64_t>() : 0);
    return shape;
}

Task taskOf(const Json& document)
{
    const QString task = wordOf(document, "task");
    return task == QLatin1String("segmentation") ? Task::Segmentation : task == QLatin1String("outputs") ? Task::Outputs : Task::Classification;
}

TriedAnswer answerOf(const Json& answer)
{
    const QString name = wordOf(answer, "name");
    TriedAnswer one{.name = name == QLatin1String("fp32")       ? tr("Full precision")
                        : !wordOf(answer, "file").isEmpty() ? tr("%1, from the file").arg(name)
                                                            : tr("%1, in the study").arg(name)};
    for (const auto& guess : answer["top"]) {
        if (!guess.is_object()) continue;
        const auto probability = numberOf(guess, "probability"), index = numberOf(guess, "index");
        if (!probability) continue;
        one.top.emplace_back(wordOf(guess, "class"), *probability);
        one.topClasses.push_back(static_cast<int>(index.value_or(-1)));
    }
    one.map = bytesOf(answer, "map");
    one.right = numberOf(answer, "right");
    one.alike = numberOf(answer, "alike");
    one.signalToNoiseDb = numberOf(answer, "signalToNoiseDb");
    return one;
}

} // namespace

Result<TriedAnswers> triedAnswersOf(const std::string& text)
{
    const auto json = Json::parse(text, nullptr, false);
    const Error unreadable{ErrorCode::Corrupt, "The answer about the image cannot be read."};
    if (!json.is_object() || !json.contains("answers") || !json["answers"].is_array()) return unreadable;
    TriedAnswers found{.task = taskOf(json), .label = wordOf(json, "label")};
    if (json.contains("agree") && json["agree"].is_boolean()) found.agree = json["agree"].get<bool>();
    if (const auto shape = shapeOf(json, "input"); shape.size() == 3) {
        constexpr std::int64_t kLongestSide = 8192;
        found.seen = imageOfPlanes(bytesOf(json, "pixels"), shape);
        if (shape[1] <= kLongestSide && shape[2] <= kLongestSide) found.size = QSize(static_cast<int>(shape[2]), static_cast<int>(shape[1]));
    }
    if (json.contains("classes") && json["classes"].is_array())
        for (const auto& name : json["classes"]) found.classNames << (name.is_string() ? QString::fromStdString(name.get<std::string>()) : QString());
    found.testImages = static_cast<int>(std::clamp(numberOf(json, "testImages").value_or(0), 0.0, 1e9));
    if (json.contains("output")) found.output = shapeText(shapeOf(json, "output"));
    for (const auto& answer : json["answers"]) {
        if (!answer.is_object() || !answer.contains("top") || !answer["top"].is_array()) return unreadable;
        found.answers.push_back(answerOf(answer));
    }
    if (const QByteArray labels = bytesOf(json, "labelMap"); !labels.isEmpty()) found.answers.push_back({.name = tr("The labels"), .map = labels});
    return found;
}

} // namespace halftone
