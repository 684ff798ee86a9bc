// The form's fields and the `halftone new` that they make.
#include "widgets/pages/start/new_study_form.h"

#include <algorithm>

#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QStandardPaths>

#include "core/data/data_kinds.h"
#include "core/models/architectures.h"
#include "widgets/controls/fields.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/text_label.h"
#include "widgets/pages/start/key_match.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

const DataKind& kindAt(int index) { return allDataKinds()[static_cast<std::size_t>(std::max(index, 0))]; }

QString text(std::string_view words) { return QString::fromUtf8(words.data(), qsizetype(words.size())); }

int indexOf(std::string_view kind)
{
    const auto kinds = allDataKinds();
    return static_cast<int>(std::ranges::find(kinds, kind, &DataKind::name) - kinds.begin());
}

// What a known network is usually judged on.
std::string_view usualData(const QString& network)
{
    if (network.startsWith(QLatin1String("fashion"))) return "fashion-mnist";
    if (network.startsWith(QLatin1String("cifar"))) return "cifar10";
    return network.startsWith(QLatin1String("espnet")) || network.startsWith(QLatin1String("pspnet")) ? "segmentation" : "imagefolder";
}

} // namespace

NewStudyForm::NewStudyForm(Session& session, QWidget* parent)
    : QWidget(parent)
    , m_keys(new KeyMatch(session))
{
    auto* form = new QFormLayout(this);
    form->setContentsMargins(8, 8, 8, 8);
    form->setLabelAlignment(Qt::AlignLeft);
    form->setHorizontalSpacing(16);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    addFields(*form);
    m_problem = makeSentence({}, TextStyle::Small, Role::Fail);
    m_problem->setObjectName(QStringLiteral("newStudyProblem"));
    form->addRow(m_problem);
    auto* make = new PushButton(tr("Make the study"), ButtonKind::Primary);
    make->setObjectName(QStringLiteral("makeStudy"));
    auto* cancel = new PushButton(tr("Cancel"), ButtonKind::Quiet);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(make);
    buttons->addWidget(cancel);
    buttons->addStretch(1);
    form->addRow(buttons);
    connect(m_architecture, &QComboBox::activated, this, &NewStudyForm::chooseNetwork);
    connect(m_keys, &KeyMatch::looked, m_problem, &QLabel::clear);
    connect(m_keys, &KeyMatch::architectureWanted, this, [this](const QString& name) {
        m_architecture->setCurrentText(name);
        look();
    });
    connect(m_input, &QLineEdit::editingFinished, this, [this] {
        if (m_input->isModified()) look();
        m_input->setModified(false);
    });
    connect(m_kind, &QComboBox::currentIndexChanged, this, &NewStudyForm::showKind);
    connect(m_choose, &QPushButton::clicked, this, &NewStudyForm::chooseFolder);
    connect(make, &QPushButton::clicked, this, &NewStudyForm::submit);
    connect(cancel, &QPushButton::clicked, this, [this] {
        clear();
        emit cancelled();
    });
    showKind();
}

void NewStudyForm::addFields(QFormLayout& form)
{
    m_title = new ElidedLabel({}, TextStyle::Heading);
    form.addRow(m_title);
    m_kind = new QComboBox;
    m_kind->setObjectName(QStringLiteral("dataKind"));
    for (const DataKind& kind : allDataKinds()) m_kind->addItem(text(kind.description));
    m_folder = new QLineEdit;
    m_folder->setObjectName(QStringLiteral("dataFolder"));
    setNumbersFont(*m_folder);
    m_choose = new PushButton(tr("Choose"));
    auto* folderRow = new QHBoxLayout;
    folderRow->setSpacing(8);
    folderRow->addWidget(m_folder, 1);
    folderRow->addWidget(m_choose);
    m_architecture = new QComboBox;
    m_architecture->setObjectName(QStringLiteral("architecture"));
    m_labels = new QLineEdit;
    m_labels->setObjectName(QStringLiteral("labelMap"));
    m_labels->setPlaceholderText(tr("the data's own; or a file, a name a line"));
    m_labels->setToolTip(tr("The network's class names in its order, where the data have some of its classes or another order"));
    setNumbersFont(*m_labels);
    m_input = new QLineEdit;
    m_input->setObjectName(QStringLiteral("inputSize"));
    m_input->setPlaceholderText(tr("the network's own; or CxHxW, as 3x224x224"));
    m_input->setToolTip(tr("Channels, height and width of the images that the network reads, in pixels"));
    setNumbersFont(*m_input);
    m_path = new QLineEdit;
    m_path->setObjectName(QStringLiteral("studyPath"));
    setNumbersFont(*m_path);
    form.addRow(makeLabel(tr("Data"), TextStyle::Body, Role::Ink2), m_kind);
    form.addRow(makeLabel(tr("Place"), TextStyle::Body, Role::Ink2), folderRow);
    form.addRow(makeLabel(tr("Class names"), TextStyle::Body, Role::Ink2), m_labels);
    form.addRow(makeLabel(tr("Network"), TextStyle::Body, Role::Ink2), m_architecture);
    form.addRow(new QLabel, m_keys);
    form.addRow(makeLabel(tr("Image size"), TextStyle::Body, Role::Ink2), m_input);
    form.addRow(makeLabel(tr("Study"), TextStyle::Body, Role::Ink2), m_path);
}

bool NewStudyForm::isKnown() const { return m_model.startsWith(QLatin1String("zoo:")); }
QString NewStudyForm::model() const { return isKnown() ? QStringLiteral("zoo:") + m_architecture->currentText() : m_model; }

QString NewStudyForm::architecture() const
{
    return isKnown() || m_architecture->currentIndex() <= 0 ? QString() : m_architecture->currentText();
}

void NewStudyForm::begin(const QString& model)
{
    m_model = model;
    fillNetworks();
    m_kind->setCurrentIndex(indexOf(isKnown() ? usualData(m_architecture->currentText()) : "cifar10"));
    m_path->clear();
    proposePath();
    m_problem->clear();
    m_kind->setFocus();
    m_keys->clear();
    look();
}

// A file may tell its network by its tensors; a known network has to be one of the list.
void NewStudyForm::fillNetworks()
{
    m_architecture->clear();
    if (!isKnown()) m_architecture->addItem(tr("as the file's tensors tell"));
    for (const auto& known : allArchitectures()) m_architecture->addItem(text(known.name));
    m_architecture->setCurrentIndex(0);
    if (isKnown()) m_architecture->setCurrentText(m_model.mid(4));
}

void NewStudyForm::chooseNetwork()
{
    if (isKnown()) {
        m_kind->setCurrentIndex(indexOf(usualData(m_architecture->currentText())));
        proposePath();
    }
    look();
}

// What the person wrote stays.
void NewStudyForm::proposePath()
{
    const QFileInfo file(m_model);
    m_title->setFullText(tr("A new study of %1").arg(isKnown() ? m_architecture->currentText() : file.fileName()));
    if (!m_path->text().isEmpty() && m_path->text() != m_proposed) return;
    const QString folder = isKnown() ? QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation) : file.absolutePath();
    const QString base = isKnown() ? m_architecture->currentText() : file.completeBaseName();
    m_proposed = QDir(folder).filePath(base + QStringLiteral(".halftone"));
    for (int i = 2; QFileInfo::exists(m_proposed); ++i) m_proposed = QDir(folder).filePath(QStringLiteral("%1-%2.halftone").arg(base).arg(i));
    m_path->setText(m_proposed);
}

void NewStudyForm::look() { m_keys->look(model(), architecture(), m_input->text().trimmed()); }

void NewStudyForm::clear()
{
    m_model.clear();
    m_folder->clear();
    m_input->clear();
    m_labels->clear();
    m_problem->clear();
    m_keys->clear();
}

void NewStudyForm::showKind()
{
    const DataKind& kind = kindAt(m_kind->currentIndex());
    m_folder->setPlaceholderText(!kind.needsPlace ? tr("the bundled images; or a folder")
            : kind.place == "FILE"                ? tr("The data's file")
                                                  : tr("The data's folder"));
}

void NewStudyForm::chooseFolder()
{
    const QString chosen = kindAt(m_kind->currentIndex()).place == "FILE"
        ? QFileDialog::getOpenFileName(this, tr("The data's file"), m_folder->text())
        : QFileDialog::getExistingDirectory(this, tr("The data's folder"), m_folder->text());
    if (!chosen.isEmpty()) m_folder->setText(chosen);
}

QString NewStudyForm::problem() const
{
    if (const QString keys = m_keys->problem(); !keys.isEmpty()) return keys;
    if (const DataKind& kind = kindAt(m_kind->currentIndex()); kind.needsPlace && m_folder->text().trimmed().isEmpty())
        return kind.place == "FILE" ? tr("Choose the file that lists the data.") : tr("Choose the folder that holds the data.");
    if (m_path->text().trimmed().isEmpty()) return tr("Say where the study is to be kept.");
    if (QFileInfo::exists(m_path->text())) return tr("There is a file of that name already; choose another for the study.");
    return {};
}

QStringList NewStudyForm::arguments() const
{
    const DataKind& kind = kindAt(m_kind->currentIndex());
    QString reference = text(kind.name);
    if (const QString place = m_folder->text().trimmed(); !place.isEmpty()) reference += QLatin1Char(':') + place;
    QStringList made{QStringLiteral("new"), m_path->text().trimmed(), QStringLiteral("--model"), model(), QStringLiteral("--data"), reference};
    if (!architecture().isEmpty()) made << QStringLiteral("--arch") << architecture();
    if (const QString labels = m_labels->text().trimmed(); !labels.isEmpty()) made << QStringLiteral("--labels") << labels;
    if (const QString input = m_input->text().trimmed(); !input.isEmpty()) made << QStringLiteral("--input") << input;
    return made + m_keys->arguments();
}

void NewStudyForm::submit()
{
    m_problem->setText(problem());
    if (m_problem->text().isEmpty()) emit made(arguments(), m_path->text().trimmed());
}

void NewStudyForm::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        submit();
    else if (event->key() == Qt::Key_Escape)
        emit cancelled();
    else
        QWidget::keyPressEvent(event);
}

} // namespace halftone
