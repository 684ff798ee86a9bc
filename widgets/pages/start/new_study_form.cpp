// The form's fields and the `halftone new` that they make.
#include "widgets/pages/start/new_study_form.h"

#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QStandardPaths>

#include "core/models/architectures.h"
#include "widgets/controls/fields.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/text_label.h"
#include "widgets/pages/start/key_match.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

struct DataKind {
    const char* name; // on the command line
    const char* title;
    bool needsFolder;
};
constexpr DataKind kKinds[] = {{"fashion-mnist", QT_TRANSLATE_NOOP("NewStudyForm", "Fashion-MNIST, comes with Halftone"), false},
    {"cifar10", QT_TRANSLATE_NOOP("NewStudyForm", "CIFAR-10, binary files"), true},
    {"imagefolder", QT_TRANSLATE_NOOP("NewStudyForm", "Folder with a subfolder for each class"), true}};

const DataKind& kindAt(int index) { return kKinds[index < 0 ? 0 : index]; }

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
    connect(m_architecture, &QComboBox::activated, this, &NewStudyForm::look);
    connect(m_keys, &KeyMatch::looked, m_problem, &QLabel::clear);
    connect(m_keys, &KeyMatch::architectureWanted, this, [this](const QString& name) {
        m_architecture->setCurrentText(name);
        look();
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
    for (const DataKind& kind : kKinds) m_kind->addItem(tr(kind.title));
    m_folder = new QLineEdit;
    m_folder->setObjectName(QStringLiteral("dataFolder"));
    m_folder->setPlaceholderText(tr("The data's folder"));
    setNumbersFont(*m_folder);
    m_choose = new PushButton(tr("Choose"));
    auto* folderRow = new QHBoxLayout;
    folderRow->addWidget(m_folder, 1);
    folderRow->addWidget(m_choose);
    m_architecture = new QComboBox;
    m_architecture->setObjectName(QStringLiteral("architecture"));
    m_architecture->addItem(tr("as the file's tensors tell"));
    for (const auto& known : allArchitectures()) m_architecture->addItem(QString::fromUtf8(known.name.data(), qsizetype(known.name.size())));
    m_path = new QLineEdit;
    m_path->setObjectName(QStringLiteral("studyPath"));
    setNumbersFont(*m_path);
    form.addRow(makeLabel(tr("Data"), TextStyle::Body, Role::Ink2), m_kind);
    form.addRow(makeLabel(tr("Folder"), TextStyle::Body, Role::Ink2), folderRow);
    form.addRow(makeLabel(tr("Network"), TextStyle::Body, Role::Ink2), m_architecture);
    form.addRow(new QLabel, m_keys);
    form.addRow(makeLabel(tr("Study"), TextStyle::Body, Role::Ink2), m_path);
}

void NewStudyForm::begin(const QString& model)
{
    m_model = model;
    const bool bundled = model.startsWith(QLatin1String("zoo:"));
    const QFileInfo file(model);
    m_title->setFullText(tr("A new study of %1").arg(bundled ? model.mid(4) : file.fileName()));
    m_kind->setCurrentIndex(bundled ? 0 : 1);
    const QString folder = bundled ? QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation) : file.absolutePath();
    const QString base = bundled ? model.mid(4) : file.completeBaseName();
    QString path = QDir(folder).filePath(base + QStringLiteral(".halftone"));
    for (int i = 2; QFileInfo::exists(path); ++i) path = QDir(folder).filePath(QStringLiteral("%1-%2.halftone").arg(base).arg(i));
    m_path->setText(path);
    m_problem->clear();
    m_architecture->setCurrentIndex(0);
    m_kind->setFocus();
    m_keys->clear();
    look();
}

void NewStudyForm::look()
{
    m_keys->look(m_model, m_architecture->currentIndex() > 0 ? m_architecture->currentText() : QString());
}

void NewStudyForm::clear()
{
    m_model.clear();
    m_folder->clear();
    m_problem->clear();
    m_keys->clear();
}

void NewStudyForm::showKind()
{
    const bool needs = kindAt(m_kind->currentIndex()).needsFolder;
    m_folder->setEnabled(needs);
    m_choose->setEnabled(needs);
}

void NewStudyForm::chooseFolder()
{
    const QString folder = QFileDialog::getExistingDirectory(this, tr("The data's folder"), m_folder->text());
    if (!folder.isEmpty()) m_folder->setText(folder);
}

QString NewStudyForm::problem() const
{
    if (const QString keys = m_keys->problem(); !keys.isEmpty()) return keys;
    if (kindAt(m_kind->currentIndex()).needsFolder && m_folder->text().trimmed().isEmpty()) return tr("Choose the folder that holds the data.");
    if (m_path->text().trimmed().isEmpty()) return tr("Say where the study is to be kept.");
    if (QFileInfo::exists(m_path->text())) return tr("There is a file of that name already; choose another for the study.");
    return {};
}

QStringList NewStudyForm::arguments() const
{
    const DataKind& kind = kindAt(m_kind->currentIndex());
    QString reference = QString::fromUtf8(kind.name);
    if (kind.needsFolder) reference += QLatin1Char(':') + m_folder->text().trimmed();
    QStringList made{QStringLiteral("new"), m_path->text().trimmed(), QStringLiteral("--model"), m_model, QStringLiteral("--data"), reference};
    if (m_architecture->currentIndex() > 0) made << QStringLiteral("--arch") << m_architecture->currentText();
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
