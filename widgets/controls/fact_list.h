// Rows of a quantity and its value, in one of three blocks: plain, measured (solid rule) and estimated (dotted rule, "≈").
#pragma once

#include <QWidget>
#include <vector>

class QLabel;
class QVBoxLayout;

namespace halftone {

enum class Origin { Plain, Measured, Estimated };

// Measured and estimated never share a block.
class FactList : public QWidget {
public:
    explicit FactList(Origin origin = Origin::Plain, QWidget* parent = nullptr);

    // "Measured", "Estimated" stand of themselves; this replaces them.
    void setHeading(const QString& text);
    // Where the numbers come from, beside the heading: "this machine, 2 threads", "from tables and ALPS".
    void setSource(const QString& text);

    // Answers the index of the row. `explanation` becomes the tooltip: the quantity with its unit.
    int addFact(const QString& label, const QString& explanation = {});
    int addFact(const QString& label, const QString& value, const QString& explanation);
    void setLabel(int row, const QString& label); // may hold codeSpan()
    // An estimated block writes "≈" before it.
    void setValue(int row, const QString& value, const QString& change = {});
    // In words instead of a number: "not since the change".
    void setMissing(int row, const QString& words);
    QString value(int row) const; // as shown
    int count() const;
    void clear();
    // Room for the column of changes, taken while any row has one.
    void setChangeWidth(int pixels);

    // Below the rows: a button with its caption, for instance.
    void addWidget(QWidget* widget);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void showChanges();
    struct Row {
        QWidget* widget = nullptr;
        QLabel* label = nullptr;
        QLabel* value = nullptr;
        QLabel* change = nullptr;
    };
    Origin m_origin = Origin::Plain;
    QVBoxLayout* m_rowsLayout = nullptr;
    QLabel* m_heading = nullptr;
    QLabel* m_source = nullptr;
    QWidget* m_header = nullptr;
    std::vector<Row> m_rows;
    int m_changeWidth = 0;
    bool m_hasChanges = false;
};

} // namespace halftone
