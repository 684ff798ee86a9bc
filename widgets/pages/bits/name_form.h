// The small form under the totals: a name to save under and, for fine-tuning, how many epochs; asks before it replaces.
#pragma once

#include <set>

#include <QWidget>

class QLabel;
class QLineEdit;

namespace halftone {

class NumberField;
class PushButton;

class NameForm : public QWidget {
    Q_OBJECT

public:
    enum class Purpose { Save, FineTune };

    explicit NameForm(QWidget* parent = nullptr);

    // `taken`: names that the study has; `same`: of them the ones with this very assignment, which need no replacing.
    void ask(Purpose purpose, const QString& proposal, std::set<QString> taken, std::set<QString> same);
    Purpose purpose() const { return m_purpose; }
    // "about 6 min" beside the epochs; empty: not known.
    void setDuration(const QString& words);
    int epochs() const;
    void setFailed(const QString& sentence);
    void setBusy(bool busy);

signals:
    void accepted(const QString& name, bool replace, bool alreadySaved);
    void cancelled();
    void epochsChanged(int epochs);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void accept();
    void check();

    Purpose m_purpose = Purpose::Save;
    std::set<QString> m_taken, m_same;
    QLabel* m_title = nullptr;
    QLineEdit* m_name = nullptr;
    QWidget* m_epochRow = nullptr;
    NumberField* m_epochs = nullptr;
    QLabel* m_duration = nullptr;
    QLabel* m_sentence = nullptr;
    PushButton* m_accept = nullptr;
    PushButton* m_cancel = nullptr;
};

} // namespace halftone
