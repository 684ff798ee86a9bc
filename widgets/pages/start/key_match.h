// KeyMatch: tells how a model file's keys fit, and lets a person give those that do not another name by hand.
#pragma once

#include <QStringList>
#include <QWidget>
#include <optional>

#include "widgets/pages/start/key_fit.h"

class QComboBox;
class QLabel;
class QVBoxLayout;

namespace halftone {

class PushButton;
class Session;

class KeyMatch : public QWidget {
    Q_OBJECT
public:
    explicit KeyMatch(Session& session, QWidget* parent = nullptr);

    // Looks into the file anew; what was mapped is kept while the file stays the same.
    // `architecture` empty: as the tensors tell. `input` is the images' size, which some files do not say: "3x224x224", or empty.
    void look(const QString& model, const QString& architecture, const QString& input = {});
    void clear();
    QStringList arguments() const; // {"--weights", "state_dict_ema", "--map", "fc.weight=linear.weight", ...}
    QString problem() const; // why no study can be made of it yet; empty: nothing is known against it
    const std::optional<KeyFit>& fit() const { return m_fit; }

signals:
    void looked(); // the answer is shown
    void architectureWanted(const QString& architecture); // to be named, so that other keys are left out

private:
    void ask();
    void take(const QString& document, const QString& failure);
    void show();
    void showWeights();
    void showRows();
    void addMapped(QVBoxLayout& rows, int index);
    void addUnmatched(QVBoxLayout& rows, const UnmatchedKey& key);
    void map(const QString& key, const QString& name);

    Session& m_session;
    QString m_model, m_architecture, m_input;
    std::vector<std::pair<QString, QString>> m_maps; // key and name
    std::optional<KeyFit> m_fit;
    QString m_weights; // the key of the weights to take; empty: the model's own
    QString m_failure;
    int m_question = 0; // the newest one; answers to others are late

    QLabel* m_mark = nullptr;
    QLabel* m_verdict = nullptr;
    QLabel* m_sentence = nullptr;
    QWidget* m_weightsPart = nullptr; // where a checkpoint holds several
    QComboBox* m_weightsChoice = nullptr;
    PushButton* m_suggest = nullptr;
    PushButton* m_leaveOut = nullptr;
    QWidget* m_rowsPart = nullptr;
    QWidget* m_rows = nullptr; // inside, made anew with each answer
};

} // namespace halftone
