// Takes an image, asks the networks about it and shows their answers.
#include "widgets/pages/export/try_image_card.h"

#include <algorithm>

#include <QApplication>
#include <QClipboard>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMimeData>
#include <QVBoxLayout>

#include "widgets/controls/push_button.h"
#include "widgets/controls/text_label.h"
#include "widgets/format/metric_words.h"
#include "widgets/format/quantity.h"
#include "widgets/pages/export/answer_view.h"
#include "widgets/pages/export/image_preview.h"
#include "widgets/session/session.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kBarGap = 24, kMapGap = 12; // maps need the room more
constexpr int kMostTestImages = 100; // the first ones are offered in turn

QString testImageName(const QString& image) { return TryImageCard::tr("test image %1").arg(image.section(QLatin1Char(':'), 1)); }

} // namespace

TryImageCard::TryImageCard(Session& session, QWidget* parent)
    : Card(tr("Try an image"), parent)
    , m_session(session)
{
    setObjectName(QStringLiteral("tryImageCard"));
    setAcceptDrops(true);
    setFocusPolicy(Qt::StrongFocus);
    addHeaderWidget(buildButtons());
    auto* row = new QHBoxLayout;
    row->setSpacing(24);
    m_preview = new ImagePreview;
    row->addWidget(m_preview, 0, Qt::AlignTop);
    m_columns = new QHBoxLayout;
    m_columns->setSpacing(kBarGap);
    m_words = makeSentence({});
    m_words->setObjectName(QStringLiteral("tryImageWords"));
    m_columns->addWidget(m_words, 1);
    row->addLayout(m_columns, 1);
    body()->addLayout(row);
    m_legend = new ClassLegend;
    m_legend->hide();
    body()->addWidget(m_legend);
    connect(&session, &Session::opened, this, &TryImageCard::forget);
    showHint();
}

// What was tried belongs to another study.
void TryImageCard::forget()
{
    ++m_question;
    m_image.clear();
    m_answers = {};
    m_testIndex = -1;
    m_testImages = 1;
    m_preview->setImage({}, {});
    for (AnswerView* view : m_views) view->hide();
    m_legend->hide();
    m_words->setAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_words->show();
    showHint();
}

// What an image will be asked for, as long as none is tried.
void TryImageCard::showHint()
{
    const MetricWords& words = metricWords(m_session.overview());
    setCaption(words.tryCaption);
    if (m_image.isEmpty()) m_words->setText(words.tryHint);
}

QWidget* TryImageCard::buildButtons()
{
    auto* buttons = new QWidget;
    auto* row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    PushButton* choosing = makeIconButton(QStringLiteral("folder"), tr("Choose an image"));
    PushButton* pasting = makeIconButton(QStringLiteral("paste"), tr("Paste an image (Ctrl+V)"));
    PushButton* testing = makeIconButton(QStringLiteral("image"), tr("Take the next test image"));
    testing->setObjectName(QStringLiteral("nextTestImage"));
    connect(choosing, &QPushButton::clicked, this, &TryImageCard::choose);
    connect(pasting, &QPushButton::clicked, this, &TryImageCard::paste);
    connect(testing, &QPushButton::clicked, this, &TryImageCard::nextTestImage);
    for (PushButton* button : {choosing, pasting, testing}) row->addWidget(button);
    return buttons;
}

void TryImageCard::setTarget(const QString& assignment, const QString& file)
{
    showHint();
    if (assignment == m_assignment && file == m_file) return;
    m_assignment = assignment;
    m_file = file;
    if (!m_image.isEmpty()) tryImage(m_image);
}

QStringList TryImageCard::arguments(const QString& image) const
{
    QStringList made{QStringLiteral("classify"), QStringLiteral("STUDY"), image};
    if (!m_file.isEmpty())
        made << QStringLiteral("--file") << m_file;
    else if (!m_assignment.isEmpty())
        made << QStringLiteral("--assignment") << m_assignment;
    return made;
}

void TryImageCard::tryImage(const QString& image)
{
    if (!m_session.isOpen()) return;
    m_image = image;
    const bool test = image.startsWith(QLatin1String("test:"));
    m_preview->setImage(test ? QImage() : QImage(image), test ? testImageName(image) : QFileInfo(image).fileName());
    m_words->setText(tr("Asking the networks…"));
    m_words->setAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_words->show();
    for (AnswerView* view : m_views) view->hide();
    m_legend->hide();
    const int question = ++m_question;
    m_session.noteCommand(arguments(image));
    // A test image has no file of its own, and a map no place in words: the engine gives the pixels.
    const bool pixels = test || m_session.overview()->task == Task::Segmentation;
    m_session.ask(pixels ? arguments(image) << QStringLiteral("--pixels") : arguments(image), this, [this, question](const Result<std::string>& answer) {
        if (question == m_question) show(answer);
    });
}

void TryImageCard::show(const Result<std::string>& answer)
{
    auto found = answer.ok() ? triedAnswersOf(*answer) : Result<TriedAnswers>(answer.error());
    if (!found.ok()) {
        m_answers = {};
        m_words->setText(QString::fromStdString(found.error().message));
        return;
    }
    m_answers = std::move(*found);
    if (m_answers.testImages > 0) m_testImages = std::min(kMostTestImages, m_answers.testImages);
    const bool test = m_image.startsWith(QLatin1String("test:"));
    if (!m_answers.seen.isNull()) m_preview->setImage(m_answers.seen, test ? testImageName(m_image) : QFileInfo(m_image).fileName());
    const std::size_t views = m_answers.task == Task::Outputs ? 0 : m_answers.answers.size(); // raw outputs have nothing to draw
    while (m_views.size() < views) {
        m_views.push_back(new AnswerView);
        m_columns->insertWidget(static_cast<int>(m_views.size()) - 1, m_views.back(), 2, Qt::AlignTop);
    }
    for (std::size_t i = 0; i < m_views.size(); ++i) {
        m_views[i]->setVisible(i < views);
        if (i < views) m_views[i]->setAnswer(m_answers, i);
    }
    m_columns->setSpacing(m_answers.task == Task::Segmentation ? kMapGap : kBarGap);
    m_legend->setAnswers(m_answers);
    m_words->setText(answerText());
    m_words->setAlignment(Qt::AlignLeft | Qt::AlignTop); // beside the first row of the answers
    m_words->setVisible(!m_words->text().isEmpty());
}

// What the pictures do not say.
QString TryImageCard::answerText() const
{
    QStringList words;
    if (m_answers.task == Task::Outputs) {
        words << tr("The network answers %1 raw values. What they mean is not known here, so only their agreement with full precision is told.").arg(m_answers.output);
        for (const TriedAnswer& answer : m_answers.answers) {
            if (!answer.alike) continue;
            words << (answer.signalToNoiseDb ? tr("%1: %2 agreement, %3 signal to noise.").arg(answer.name, percentText(*answer.alike, 2), decibelText(*answer.signalToNoiseDb))
                                             : tr("%1: exactly equal.").arg(answer.name));
        }
        return words.join(QLatin1Char('\n'));
    }
    if (!m_answers.label.isEmpty()) words << tr("It is: %1.").arg(m_answers.label);
    if (m_answers.task == Task::Classification && !m_answers.agree) words << tr("The networks disagree.");
    return words.join(QLatin1Char(' '));
}

void TryImageCard::choose()
{
    const QString chosen = QFileDialog::getOpenFileName(this, tr("Try an image"), {}, tr("Images (*.png *.jpg *.jpeg *.bmp *.webp *.tif *.tiff)"));
    if (!chosen.isEmpty()) tryImage(chosen);
}

void TryImageCard::paste()
{
    const QMimeData* content = QApplication::clipboard()->mimeData();
    if (content && content->hasUrls() && content->urls().front().isLocalFile()) return tryImage(content->urls().front().toLocalFile());
    const QImage image = QApplication::clipboard()->image();
    if (image.isNull())
        m_words->setText(tr("There is no image to paste. Copy one first."));
    else
        tryPixels(image);
}

void TryImageCard::tryPixels(const QImage& image)
{
    const QString path = m_pasted.filePath(QStringLiteral("pasted-%1.png").arg(m_question + 1));
    if (!image.save(path)) return m_words->setText(tr("The image could not be written to %1.").arg(path));
    tryImage(path);
}

void TryImageCard::nextTestImage()
{
    m_testIndex = (m_testIndex + 1) % m_testImages;
    tryImage(QStringLiteral("test:%1").arg(m_testIndex));
}

void TryImageCard::dragEnterEvent(QDragEnterEvent* event)
{
    const QMimeData* content = event->mimeData();
    if (!content->hasImage() && !(content->hasUrls() && content->urls().front().isLocalFile())) return;
    m_preview->setActive(true);
    event->acceptProposedAction();
}

void TryImageCard::dragLeaveEvent(QDragLeaveEvent*) { m_preview->setActive(false); }

void TryImageCard::dropEvent(QDropEvent* event)
{
    m_preview->setActive(false);
    event->acceptProposedAction();
    if (event->mimeData()->hasUrls() && event->mimeData()->urls().front().isLocalFile())
        tryImage(event->mimeData()->urls().front().toLocalFile());
    else
        tryPixels(qvariant_cast<QImage>(event->mimeData()->imageData()));
}

void TryImageCard::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Paste)) return paste();
    Card::keyPressEvent(event);
}

} // namespace halftone
