// How a model file's keys fit a known network, as `halftone inspect` tells it, in words and as what can still be mapped.
#pragma once

#include <QString>
#include <QStringList>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace halftone {

struct UnmatchedKey {
    QString name;
    QString shape; // "10x64"
    QStringList candidates; // names of the network without a tensor, of this shape; the nearest first
};

struct KeyFit {
    QString architecture;
    bool isRandom = false; // a known network without a file of weights
    bool isGuess = false; // no known network fits exactly
    std::int64_t matched = 0, all = 0; // tensors that the network wants
    QStringList missing; // that the file lacks
    QStringList misShaped; // "fc.weight is 7x64, wanted 10x64"
    std::vector<UnmatchedKey> unexpected; // that the network lacks
    std::vector<std::pair<QString, QString>> suggested; // key and name
    QStringList weightSets; // what a checkpoint holds to choose from: "state_dict", "state_dict_ema"
    QString weightsTaken; // the one of them that was read

    bool isComplete() const { return missing.isEmpty() && misShaped.isEmpty(); }
    bool isReady() const { return isComplete() && !isGuess; }
    QString verdict() const;
};
std::optional<KeyFit> keyFitFrom(const std::string& document); // nothing when it is no such document

} // namespace halftone
