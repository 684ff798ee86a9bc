// Export: the written file, its verdict, and an image to try.
#pragma once

#include "widgets/shell/page.h"

class QTableView;
class QStackedWidget;

namespace halftone {

class Card;
class ExportForm;
class ExportsModel;
class NoiseChart;
class TryImageCard;
class VerdictCard;

class ExportPage : public Page {
    Q_OBJECT
public:
    explicit ExportPage(Session& session, QWidget* parent = nullptr);

    std::vector<PaletteAction> actions(const QString& typed) override;
    // Where a file of that name was written: from the study's jobs, else beside the study; empty when it is not there.
    QString pathOf(const ExportRecord& record) const;

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* buildNoise();
    QWidget* buildTable();

    void changed();
    void update();
    void fitTable();
    void start(const QStringList& arguments);
    void showState();
    void showRecord(int row);
    void showNoise(int row);
    std::optional<JobRecord> exportJob() const; // running, waiting or failed
    void showInFolder();
    void copyReport();

    bool m_stale = true;
    std::int64_t m_shownExport = 0; // 0: the newest
    ExportForm* m_form = nullptr;
    VerdictCard* m_verdict = nullptr;
    TryImageCard* m_image = nullptr;
    Card* m_noiseCard = nullptr;
    NoiseChart* m_noise = nullptr;
    QStackedWidget* m_noiseStack = nullptr;
    ExportsModel* m_exports = nullptr;
    QTableView* m_table = nullptr;
    Card* m_tableCard = nullptr; // not there before the first export
};

} // namespace halftone
