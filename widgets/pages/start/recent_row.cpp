// The row's parts: strip, names, state, headline; or where to look for a file that has moved.
#include "widgets/pages/start/recent_row.h"

#include <QContextMenuEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QVBoxLayout>

#include "widgets/controls/bit_strip.h"
#include "widgets/controls/card.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/text_label.h"
#include "widgets/format/quantity.h"
#include "widgets/theme/theme_host.h"

namespace halftone {

namespace {

constexpr int kHeight = 72;
constexpr QSize kStrip(200, 32);

QVBoxLayout* twoLines(QLabel* first, QLabel* second)
{
    auto* column = new QVBoxLayout;
    column->setSpacing(2);
    column->addStretch(1);
    column->addWidget(first);
    column->addWidget(second);
    column->addStretch(1);
    return column;
}

QWidget* stripOf(const RecentStudy& study)
{
    auto* strip = new BitStrip;
    strip->setFixedSize(kStrip);
    strip->setAttribute(Qt::WA_TransparentForMouseEvents);
    std::vector<StripLayer> layers;
    for (std::size_t i = 0; i < study.shares.size(); ++i)
        layers.push_back({.share = study.shares[i], .bits = study.bits.empty() ? 32 : study.bits[i], .stage = study.stages[i]});
    strip->setLayers(std::move(layers));
    return strip;
}

// A dashed place where the strip would be.
QWidget* missingStrip()
{
    auto* place = new Card;
    place->setDashed(true);
    place->setFixedSize(kStrip);
    return place;
}

} // namespace

RecentRow::RecentRow(const RecentStudy& study, QWidget* parent)
    : QWidget(parent)
    , m_path(study.path)
    , m_exists(QFileInfo::exists(study.path))
{
    setFixedHeight(kHeight);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(QFileInfo(study.path).completeBaseName());
    setToolTip(study.path);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(20, 0, 20, 0);
    row->setSpacing(16);
    row->addWidget(m_exists ? stripOf(study) : missingStrip());
    const QString facts = QStringList{study.network, study.data, plural(study.layers, tr("layer"), tr("layers"))}.join(QStringLiteral(" · "));
    row->addLayout(twoLines(makeLabel(QFileInfo(study.path).completeBaseName(), TextStyle::Heading, m_exists ? Role::Ink : Role::Ink3),
                       makeLabel(facts, TextStyle::Small, Role::Ink3)),
        3);
    row->addWidget(makeLabel(m_exists ? study.state : tr("The file is not where it was."), TextStyle::Small, Role::Ink2), 3);
    if (m_exists) {
        QLabel* headline = makeLabel(study.headline, TextStyle::NumberBody);
        QLabel* when = makeLabel(agoText(study.openedAt, QDateTime::currentDateTimeUtc()), TextStyle::Small, Role::Ink3);
        for (QLabel* label : {headline, when}) label->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        row->addLayout(twoLines(headline, when), 2);
        setCursor(Qt::PointingHandCursor);
        return;
    }
    auto* locate = new PushButton(tr("Locate"));
    auto* forget = new PushButton(tr("Forget"), ButtonKind::Quiet);
    row->addWidget(locate);
    row->addWidget(forget);
    connect(locate, &QPushButton::clicked, this, [this] { emit locateRequested(m_path); });
    connect(forget, &QPushButton::clicked, this, [this] { emit forgetRequested(m_path); });
}

void RecentRow::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const Theme& theme = themeOf(this);
    if (m_hovered && m_exists) painter.fillRect(rect(), theme.colour(Role::Hover));
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme.colour(Role::Border));
    if (!hasFocus()) return;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.colour(Role::Accent), 2));
    painter.drawRoundedRect(QRectF(rect()).adjusted(3, 3, -3, -4), 4, 4);
}

void RecentRow::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_exists && event->button() == Qt::LeftButton && rect().contains(event->position().toPoint())) emit openRequested(m_path);
}

void RecentRow::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Space) {
        if (m_exists)
            emit openRequested(m_path);
        else
            emit locateRequested(m_path);
    } else if (event->key() == Qt::Key_Delete) {
        emit forgetRequested(m_path);
    } else {
        QWidget::keyPressEvent(event);
    }
}

void RecentRow::enterEvent(QEnterEvent*)
{
    m_hovered = true;
    update();
}

void RecentRow::leaveEvent(QEvent*)
{
    m_hovered = false;
    update();
}

void RecentRow::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu menu(this);
    menu.addAction(tr("Forget"), this, [this] { emit forgetRequested(m_path); });
    menu.exec(event->globalPos());
}

} // namespace halftone
