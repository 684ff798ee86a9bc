// Glyphs and names of the bit widths in use, side by side, with counts where they are known.
#pragma once

#include <QString>
#include <QWidget>
#include <vector>

namespace halftone {

struct LegendEntry {
    int bits = 0;
    QString text; // "4 bit" when empty
};

class BitLegend : public QWidget {
public:
    explicit BitLegend(QWidget* parent = nullptr);

    // Names: "8 bit", "4 bit".
    void setWidths(const std::vector<int>& widths);
    // Counts: "2", "11", "9", and a word after them ("layers").
    void setCounts(const std::vector<std::pair<int, int>>& layersByWidth, const QString& word);
    void setEntries(std::vector<LegendEntry> entries, const QString& word = {});

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    std::vector<LegendEntry> m_entries;
    QString m_word;
    bool m_numbers = false;
};

} // namespace halftone
