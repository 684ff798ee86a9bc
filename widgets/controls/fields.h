// Fields to type into: search, a number with its unit and an inline error, a file's path.
#pragma once

#include <QLineEdit>
#include <QWidget>
#include <optional>

class QLabel;
class QToolButton;

namespace halftone {

class KeyHint;

// With a glass at its left and a cross to clear it; Esc clears it too.
class SearchField : public QLineEdit {
public:
    explicit SearchField(const QString& placeholder, QWidget* parent = nullptr);
    // Shows the keys that lead here at the right end ("Ctrl K").
    void setKeyHint(const QString& keys);

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void place();

    QToolButton* m_clear = nullptr;
    KeyHint* m_hint = nullptr;
};

// Arrow keys and the wheel step through the values; wrong text is refused beside the field, in words, and the last good value is kept.
class NumberField : public QWidget {
    Q_OBJECT

public:
    struct Options {
        double minimum = 0;
        double maximum = 100;
        double step = 1;
        int decimals = 0;
        QString unit; // shown inside at the right
        bool errorBelow = false; // else at the right
        int fieldWidth = 80; // pixels at 100 %
    };
    explicit NumberField(const Options& options, QWidget* parent = nullptr);

    double value() const { return m_value; }
    // Without the signal.
    void setValue(double value);
    void setOptions(const Options& options);
    const Options& options() const { return m_options; }
    // A refusal from outside ("The smallest reachable budget is 58.8 %."); empty takes it away.
    void setError(const QString& sentence);
    QString error() const;
    QLineEdit* field() const { return m_field; }

signals:
    // By the person: on Enter, on leaving the field, and on each step.
    void valueChosen(double value);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void commit();
    void stepBy(double steps);
    void showValue();
    void showUnit();

    Options m_options;
    double m_value = 0;
    QLineEdit* m_field = nullptr;
    QLabel* m_unit = nullptr;
    QLabel* m_error = nullptr;
};

// Any line edit that refused its text: the red edge. The words belong beside it.
void setRefused(QLineEdit& field, bool refused);
// Text in the numbers' font: files, names, commands.
void setNumbersFont(QWidget& widget, bool numbers = true);

} // namespace halftone
