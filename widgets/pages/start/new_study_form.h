// NewStudyForm: from a model file to a study: its data, its architecture where the file does not tell, and where it is kept.
#pragma once

#include <QStringList>
#include <QWidget>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;

namespace halftone {

class ElidedLabel;
class KeyMatch;
class PushButton;
class Session;

class NewStudyForm : public QWidget {
    Q_OBJECT
public:
    explicit NewStudyForm(Session& session, QWidget* parent = nullptr);

    void begin(const QString& model); // a file, or zoo:NAME
    void clear();
    bool isFilled() const { return !m_model.isEmpty(); }
    QStringList arguments() const; // {"new", PATH, "--model", ...}

signals:
    void made(const QStringList& arguments, const QString& path);
    void cancelled();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void addFields(QFormLayout& form);
    void showKind();
    void look(); // how the file's keys fit the chosen network
    void fillNetworks();
    void chooseNetwork(); // the person did
    void proposePath();
    bool isKnown() const; // a network by name, not a file
    QString model() const; // the file, or zoo: and the chosen network
    QString architecture() const; // named for a file; empty: as its tensors tell
    void chooseFolder();
    void submit();
    QString problem() const; // empty: everything that is needed is there

    QString m_model;
    QString m_proposed; // path of the study
    ElidedLabel* m_title = nullptr;
    QComboBox* m_kind = nullptr;
    QLineEdit* m_folder = nullptr;
    PushButton* m_choose = nullptr;
    QComboBox* m_architecture = nullptr;
    KeyMatch* m_keys = nullptr;
    QLineEdit* m_input = nullptr;
    QLineEdit* m_labels = nullptr;
    QLineEdit* m_path = nullptr;
    QLabel* m_problem = nullptr;
};

} // namespace halftone
