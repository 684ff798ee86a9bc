// The notice bar's words and the cross that puts it away.
#include "widgets/shell/notice_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>

#include "widgets/controls/push_button.h"
#include "widgets/controls/text_label.h"

namespace halftone {

NoticeBar::NoticeBar(QWidget* parent)
    : QFrame(parent)
{
    setObjectName(QStringLiteral("noticeBar"));
    setProperty("halftone", QStringLiteral("note"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 6, 8, 6);
    m_words = makeSentence({}, TextStyle::Body, Role::Ink);
    m_words->setTextFormat(Qt::PlainText);
    m_words->setObjectName(QStringLiteral("noticeWords"));
    m_words->setTextInteractionFlags(Qt::TextSelectableByMouse);
    QPushButton* cross = makeIconButton(QStringLiteral("cross"), tr("Put away"));
    row->addWidget(m_words, 1);
    row->addWidget(cross, 0, Qt::AlignTop);
    connect(cross, &QPushButton::clicked, this, &QWidget::hide);
    hide();
}

void NoticeBar::tell(const QString& sentence, Tone tone)
{
    setProperty("tone", tone == Tone::Failed ? QStringLiteral("fail") : QStringLiteral("accent"));
    style()->unpolish(this);
    style()->polish(this);
    m_words->setText(sentence);
    show();
}

QString NoticeBar::sentence() const { return isHidden() ? QString() : m_words->text(); }

} // namespace halftone
