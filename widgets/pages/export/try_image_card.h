// An image to try: dropped, pasted, chosen or taken from the test images; the answers of the networks side by side.
#pragma once

#include <vector>

#include <QTemporaryDir>

#include "widgets/controls/card.h"
#include "widgets/pages/export/tried_answers.h"

class QHBoxLayout;
class QLabel;

namespace halftone {

class AnswerView;
class ClassLegend;
class ImagePreview;
class PushButton;
class Session;

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
    void forget();
    void showHint();
    void show(const Result<std::string>& answer);
    QString answerText() const;

    Session& m_session;
    QString m_assignment, m_file, m_image;
    TriedAnswers m_answers;
    int m_question = 0;
    int m_testIndex = -1;
    int m_testImages = 1; // until an answer tells how many there are
    QTemporaryDir m_pasted; // images that came without a file
    ImagePreview* m_preview = nullptr;
    QHBoxLayout* m_columns = nullptr;
    std::vector<AnswerView*> m_views;
    QLabel* m_words = nullptr;
    ClassLegend* m_legend = nullptr;
};

} // namespace halftone
