// Takes an image, asks for its classes and shows them.
#include "widgets/pages/export/try_image_card.h"

#include <QApplication>
#include <QClipboard>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMimeData>
#include <QPainter>
#include <nlohmann/json.hpp>

#include "widgets/controls/push_button.h"
#include "widgets/controls/text_label.h"
#include "widgets/format/quantity.h"
#include "widgets/pages/export/image_preview.h"
#include "widgets/session/session.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kRow = 21;
constexpr int kAnswers = 5;
constexpr int kTestImages = 100; // the first ones are offered in turn

QString wordOf(const nlohmann::json& object, const char* name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? QString::fromStdString(found->get<std::string>()) : QString();
}

QString testImageName(const QString& image) { return TryImageCard::tr("test image %1").arg(image.section(QLatin1Char(':'), 1)); }

} // namespace

Result<TriedAnswers> triedAnswersOf(const std::string& text)
{
    const auto json = nlohmann::json::parse(text, nullptr, false);
    const Error unreadable{ErrorCode::Corrupt, "The answer about the image cannot be read."};
    if (!json.is_object() || !json.contains("answers") || !json["answers"].is_array()) return unreadable;
    TriedAnswers found{.label = wordOf(json, "label")};
    if (json.contains("agree") && json["agree"].is_boolean()) found.agree = json["agree"].get<bool>();
    if (json.contains("input") && json["input"].is_array()) {
        QList<std::int64_t> shape;
        for (const auto& side : json["input"]) shape << (side.is_number_integer() ? side.get<std::int64_t>() : 0);
        found.seen = imageOfPlanes(QByteArray::fromBase64(wordOf(json, "pixels").toLatin1()), shape);
    }
    for (const auto& answer : json["answers"]) {
        if (!answer.is_object() || !answer.contains("top") || !answer["top"].is_array()) return unreadable;
        const QString name = wordOf(answer, "name");
        TriedAnswer one{.name = name == QLatin1String("fp32")         ? TryImageCard::tr("Full precision")
                            : !wordOf(answer, "file").isEmpty() ? TryImageCard::tr("%1, from the file").arg(name)
                                                                : TryImageCard::tr("%1, in the study").arg(name)};
        for (const auto& guess : answer["top"])
            if (guess.is_object() && guess.contains("probability") && guess["probability"].is_number())
                one.top.emplace_back(wordOf(guess, "class"), guess["probability"].get<double>());
        found.answers.push_back(std::move(one));
    }
    return found;
}

// A network's answers as bars with their class and probability.
class TryImageCard::AnswerView : public QWidget {
public:
    AnswerView()
    {
        setMinimumWidth(120);
        setMaximumWidth(240);
        setFixedHeight((kAnswers + 1) * kRow);
    }
    void setAnswer(const TriedAnswer& answer)
    {
        m_answer = answer;
        QStringList spoken{answer.name};
        for (const auto& [name, probability] : answer.top) spoken << QStringLiteral("%1 %2").arg(name, percentText(probability));
        setAccessibleName(spoken.join(QStringLiteral(", ")));
        setToolTip(spoken.join(QLatin1Char('\n')));
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Theme& theme = themeOf(this);
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setFont(theme.font(TextStyle::Small));
        painter.setPen(theme.colour(Role::Ink2));
        painter.drawText(QRect(0, 0, width(), kRow - 2), Qt::AlignVCenter, painter.fontMetrics().elidedText(m_answer.name, Qt::ElideMiddle, width()));
        for (std::size_t i = 0; i < m_answer.top.size() && i < kAnswers; ++i) {
            const auto& [name, probability] = m_answer.top[i];
            const QRectF row(0, static_cast<double>((static_cast<int>(i) + 1) * kRow) + 1, width(), kRow - 2);
            painter.setPen(Qt::NoPen);
            painter.setBrush(theme.colour(Role::Border));
            painter.drawRoundedRect(QRectF(row.left(), row.top(), std::max(1.0, row.width() * std::clamp(probability, 0.0, 1.0)), row.height()), 2, 2);
            painter.setPen(theme.colour(i == 0 ? Role::Ink : Role::Ink2));
            painter.setFont(theme.font(TextStyle::NumberSmall));
            const QString share = numberText(100 * probability, 1);
            const double room = painter.fontMetrics().horizontalAdvance(share) + 6;
            painter.drawText(row.adjusted(0, 0, -4, 0), Qt::AlignVCenter | Qt::AlignRight, share);
            painter.setFont(theme.font(TextStyle::Small));
            painter.drawText(row.adjusted(6, 0, -room, 0), Qt::AlignVCenter, painter.fontMetrics().elidedText(name, Qt::ElideRight, static_cast<int>(row.width() - room - 6)));
        }
    }

private:
    TriedAnswer m_answer;
};

TryImageCard::TryImageCard(Session& session, QWidget* parent)
    : Card(tr("Try an image"), parent)
    , m_session(session)
{
    setObjectName(QStringLiteral("tryImageCard"));
    setAcceptDrops(true);
    setFocusPolicy(Qt::StrongFocus);
    setCaption(tr("drop one here · top 5, %"));
    addHeaderWidget(buildButtons());
    auto* row = new QHBoxLayout;
    row->setSpacing(24);
    m_preview = new ImagePreview;
    row->addWidget(m_preview, 0, Qt::AlignTop);
    m_columns = new QHBoxLayout;
    m_columns->setSpacing(24);
    m_words = makeSentence(tr("Its classes by the full-precision network and by the exported one stand here side by side."));
    m_words->setObjectName(QStringLiteral("tryImageWords"));
    m_columns->addWidget(m_words, 1);
    row->addLayout(m_columns, 1);
    body()->addLayout(row);
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
    const int question = ++m_question;
    m_session.noteCommand(arguments(image));
    // A test image has no file of its own: the engine gives its pixels.
    m_session.ask(test ? arguments(image) << QStringLiteral("--pixels") : arguments(image), this, [this, question](const Result<std::string>& answer) {
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
    if (!m_answers.seen.isNull()) m_preview->setImage(m_answers.seen, testImageName(m_image));
    while (m_views.size() < m_answers.answers.size()) {
        m_views.push_back(new AnswerView);
        m_columns->insertWidget(static_cast<int>(m_views.size()) - 1, m_views.back(), 2, Qt::AlignTop);
    }
    for (std::size_t i = 0; i < m_views.size(); ++i) {
        m_views[i]->setVisible(i < m_answers.answers.size());
        if (i < m_answers.answers.size()) m_views[i]->setAnswer(m_answers.answers[i]);
    }
    QStringList words;
    if (!m_answers.label.isEmpty()) words << tr("It is: %1.").arg(m_answers.label);
    if (!m_answers.agree) words << tr("The networks disagree.");
    m_words->setText(words.join(QLatin1Char(' ')));
    m_words->setAlignment(Qt::AlignLeft | Qt::AlignTop); // beside the first row of the answers
    m_words->setVisible(!words.isEmpty());
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
    m_testIndex = (m_testIndex + 1) % kTestImages;
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
