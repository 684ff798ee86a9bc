// An image to try: dropped, pasted, chosen or taken from the test images; the answers of the networks side by side.
#pragma once

#include <vector>

#include <QImage>
#include <QTemporaryDir>

#include "core/base/result.h"
#include "widgets/controls/card.h"

class QHBoxLayout;
class QLabel;

namespace halftone {

class ImagePreview;
class PushButton;
class Session;

// One network's answer.
struct TriedAnswer {
    QString name; // "Full precision", "eagl75, from the file"
    std::vector<std::pair<QString, double>> top; // class and probability, falling
};
struct TriedAnswers {
    QString label; // the right class; empty: not known
    bool agree = true;
    QImage seen; // what the networks saw; null: not told
    std::vector<TriedAnswer> answers;
};
// Of the document that `classify` answers.
Result<TriedAnswers> triedAnswersOf(const std::string& json);

class TryImageCard : public Card {
    Q_OBJECT
public:
    explicit TryImageCard(Session& session, QWidget* parent = nullptr);

    // What answers beside full precision; a file of its own when `file` is not empty.
    void setTarget(const QString& assignment, const QString& file);
    // A path, or "test:INDEX".
    void tryImage(const QString& image);
    const TriedAnswers& answers() const { return m_answers; }
    QStringList arguments(const QString& image) const;

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QWidget* buildButtons();
    void choose();
    void paste();
    void tryPixels(const QImage& image);
    void nextTestImage();
    void show(const Result<std::string>& answer);

    class AnswerView;
    Session& m_session;
    QString m_assignment, m_file, m_image;
    TriedAnswers m_answers;
    int m_question = 0;
    int m_testIndex = -1;
    QTemporaryDir m_pasted; // images that came without a file
    ImagePreview* m_preview = nullptr;
    QHBoxLayout* m_columns = nullptr;
    std::vector<AnswerView*> m_views;
    QLabel* m_words = nullptr;
};

} // namespace halftone
