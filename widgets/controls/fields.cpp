// Search field, number field with unit and error, and small helpers for line edits.
#include "widgets/controls/fields.h"

#include "widgets/controls/key_hint.h"
#include "widgets/controls/text_label.h"
#include "widgets/format/quantity.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/theme_host.h"

#include <QBoxLayout>
#include <QEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QStyle>
#include <QToolButton>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace halftone {

namespace {

constexpr double kGlass = 16;
constexpr int kGlassRoom = 22;
constexpr int kClearRoom = 18;

void repolish(QWidget& widget)
{
    widget.style()->unpolish(&widget);
    widget.style()->polish(&widget);
}

// Both decimal signs are understood, and a unit or a percent sign behind the number.
std::optional<double> readNumber(QString text, const QString& unit)
{
    text = text.trimmed();
    if (!unit.isEmpty() && text.endsWith(unit)) text.chop(unit.size());
    text = text.trimmed().replace(u',', u'.').replace(QChar(0x2212), u'-');
    bool ok = false;
    const double value = QLocale::c().toDouble(text, &ok);
    return ok && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

} // namespace

void setRefused(QLineEdit& field, bool refused)
{
    if (field.property("refused").toBool() == refused) return;
    field.setProperty("refused", refused);
    repolish(field);
}

void setNumbersFont(QWidget& widget, bool numbers)
{
    widget.setProperty("numbers", numbers);
    // The sheet gives family and size; that a command's "--" stays two signs is a matter of the font itself.
    if (numbers && !widget.testAttribute(Qt::WA_WState_Polished)) widget.setFont(themeOf(&widget).font(TextStyle::NumberSmall));
    repolish(widget);
}

SearchField::SearchField(const QString& placeholder, QWidget* parent)
    : QLineEdit(parent)
{
    setPlaceholderText(placeholder);
    setAccessibleName(placeholder);
    setTextMargins(kGlassRoom, 0, kClearRoom, 0);
    m_clear = new QToolButton(this);
    m_clear->setProperty("inside", true);
    m_clear->setIcon(icon(u"close", themeOf(this), Role::Ink3));
    m_clear->setCursor(Qt::ArrowCursor);
    m_clear->setFocusPolicy(Qt::NoFocus); // Esc clears by the keyboard
    m_clear->setToolTip(tr("Clear"));
    m_clear->hide();
    connect(m_clear, &QToolButton::clicked, this, &QLineEdit::clear);
    connect(this, &QLineEdit::textChanged, m_clear, [this](const QString& text) {
        m_clear->setVisible(!text.isEmpty());
        if (m_hint) m_hint->setVisible(text.isEmpty());
    });
}

void SearchField::setKeyHint(const QString& keys)
{
    if (!m_hint) {
        m_hint = new KeyHint({}, {}, this);
        m_hint->setAttribute(Qt::WA_TransparentForMouseEvents);
        m_hint->setVisible(text().isEmpty());
    }
    m_hint->setKeys({keys});
    m_hint->resize(m_hint->sizeHint());
    place();
}

void SearchField::paintEvent(QPaintEvent* event)
{
    QLineEdit::paintEvent(event);
    QPainter painter(this);
    paintIcon(painter, QRectF(9, (height() - kGlass) / 2.0, kGlass, kGlass), u"search", themeOf(this).colour(Role::Ink3));
}

void SearchField::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && !text().isEmpty()) {
        clear();
        event->accept();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

void SearchField::resizeEvent(QResizeEvent* event)
{
    QLineEdit::resizeEvent(event);
    place();
}

void SearchField::place()
{
    m_clear->setGeometry(width() - 24, (height() - 20) / 2, 20, 20);
    if (m_hint) m_hint->move(width() - m_hint->width() - 8, (height() - m_hint->height()) / 2);
}

NumberField::NumberField(const Options& options, QWidget* parent)
    : QWidget(parent)
    , m_options(options)
    , m_value(options.minimum)
{
    auto* layout = new QBoxLayout(options.errorBelow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight, this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(options.errorBelow ? themeOf(this).space().unit : themeOf(this).space().grid);
    m_field = new QLineEdit(this);
    halftone::setNumbersFont(*m_field);
    m_field->setFixedWidth(options.fieldWidth);
    m_field->installEventFilter(this);
    m_unit = makeLabel({}, TextStyle::NumberSmall, Role::Ink3, m_field);
    m_unit->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_error = makeLabel({}, TextStyle::Small, Role::Fail);
    m_error->setWordWrap(options.errorBelow);
    m_error->hide();
    layout->addWidget(m_field);
    layout->addWidget(m_error, options.errorBelow ? 0 : 1);
    setFocusProxy(m_field);
    setSizePolicy(QSizePolicy::Minimum, QSizePolicy::Fixed);
    connect(m_field, &QLineEdit::editingFinished, this, &NumberField::commit);
    connect(m_field, &QLineEdit::textEdited, this, [this] { setError({}); });
    showUnit();
    showValue();
}

void NumberField::setValue(double value)
{
    if (!std::isfinite(value)) return;
    m_value = std::clamp(value, m_options.minimum, std::max(m_options.minimum, m_options.maximum));
    setError({});
    showValue();
}

void NumberField::setOptions(const Options& options)
{
    m_options = options;
    m_field->setFixedWidth(options.fieldWidth);
    showUnit();
    setValue(m_value);
}

void NumberField::setError(const QString& sentence)
{
    m_error->setText(sentence);
    m_error->setVisible(!sentence.isEmpty());
    m_field->setAccessibleDescription(sentence);
    setRefused(*m_field, !sentence.isEmpty());
}

QString NumberField::error() const { return m_error->text(); }

bool NumberField::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_field) return QWidget::eventFilter(watched, event);
    if (event->type() == QEvent::Resize) showUnit();
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        const double steps = key == Qt::Key_Up ? 1 : key == Qt::Key_Down ? -1 : key == Qt::Key_PageUp ? 10 : key == Qt::Key_PageDown ? -10 : 0;
        if (steps != 0) {
            stepBy(steps);
            return true;
        }
        if (key == Qt::Key_Escape && m_field->isModified()) {
            setError({});
            showValue();
            return true;
        }
    }
    // The wheel changes only a field that is being edited; else it scrolls the page.
    if (event->type() == QEvent::Wheel && m_field->hasFocus()) {
        const int turned = static_cast<QWheelEvent*>(event)->angleDelta().y();
        if (turned != 0) stepBy(turned > 0 ? 1 : -1);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void NumberField::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::StyleChange && m_unit) showUnit();
}

void NumberField::commit()
{
    if (!m_field->isModified()) return;
    const std::optional<double> value = readNumber(m_field->text(), m_options.unit);
    if (!value) {
        setError(tr("Type a number."));
        return;
    }
    const QString unit = m_options.unit.isEmpty() ? QString() : u' ' + m_options.unit;
    if (*value < m_options.minimum) {
        setError(tr("The smallest is %1.").arg(numberText(m_options.minimum, m_options.decimals) + unit));
        return;
    }
    if (*value > m_options.maximum) {
        setError(tr("The largest is %1.").arg(numberText(m_options.maximum, m_options.decimals) + unit));
        return;
    }
    const bool changed = *value != m_value;
    setValue(*value);
    if (changed) emit valueChosen(m_value);
}

void NumberField::stepBy(double steps)
{
    const double from = readNumber(m_field->text(), m_options.unit).value_or(m_value);
    const double before = m_value;
    setValue(from + steps * m_options.step);
    m_field->selectAll();
    if (m_value != before) emit valueChosen(m_value);
}

void NumberField::showValue()
{
    m_field->setText(numberText(m_value, m_options.decimals));
    m_field->setModified(false);
}

void NumberField::showUnit()
{
    m_unit->setText(m_options.unit);
    m_unit->adjustSize();
    const int room = m_options.unit.isEmpty() ? 0 : m_unit->width() + 6;
    m_field->setTextMargins(0, 0, room, 0);
    m_unit->move(m_field->width() - m_unit->width() - 10, (m_field->height() - m_unit->height()) / 2);
    m_unit->setVisible(!m_options.unit.isEmpty());
}

} // namespace halftone
