// The selected point: its accuracy, its bits, what was measured, what is estimated, where it comes from, and what can be done.
#pragma once

#include <QWidget>

#include "core/studies/frontier_points.h"

class QLabel;
class QStackedWidget;

namespace halftone {

class BitLegend;
class BitStrip;
class FactList;
class FinetuneForm;
class PushButton;
class Session;

class PointPanel : public QWidget {
    Q_OBJECT
public:
    explicit PointPanel(Session& session, QWidget* parent = nullptr);

    void setPoint(const StudyPoints& points, int index); // -1: none
    const StudyPoint* point() const;
    FinetuneForm* finetuneForm() const { return m_form; }
    void showFinetuneForm(bool shown);

signals:
    void loadRequested();
    void finetuneRequested(const QStringList& arguments);
    void exportRequested();

private:
    QWidget* buildHead();
    QWidget* buildDetails();
    QWidget* buildButtons();
    void showAccuracy(const StudyPoint& point);
    void showMeasured(const StudyPoint& point);
    void showEstimated(const StudyPoint& point);
    void showProvenance(const StudyPoint& point);
    void fillForm();
    void copyBits() const;

    class Mark;
    Session& m_session;
    StudyPoints m_points;
    int m_index = -1;
    QStackedWidget* m_stack = nullptr;
    Mark* m_mark = nullptr;
    QLabel* m_title = nullptr;
    QLabel* m_number = nullptr;
    QLabel* m_unit = nullptr;
    QLabel* m_sentence = nullptr;
    QLabel* m_note = nullptr;
    BitStrip* m_strip = nullptr;
    BitLegend* m_counts = nullptr;
    FactList* m_measured = nullptr;
    FactList* m_estimated = nullptr;
    FactList* m_provenance = nullptr;
    FinetuneForm* m_form = nullptr;
    QWidget* m_buttons = nullptr;
};

} // namespace halftone
