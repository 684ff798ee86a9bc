// What is to be written: assignment, format, file; and the time it takes.
#pragma once

#include "core/studies/study_overview.h"
#include "widgets/controls/card.h"

class QComboBox;
class QLabel;
class QLineEdit;

namespace halftone {

class BitStrip;
class EstimateCaption;
class PushButton;
class SegmentedControl;
class Session;
struct ExportFormat;

class ExportForm : public Card {
    Q_OBJECT
public:
    explicit ExportForm(Session& session, QWidget* parent = nullptr);

    // Anew from the session's study; what is chosen stays.
    void update();
    void chooseAssignment(const QString& name);
    QString assignment() const;
    QString file() const;
    // Of the command, with "STUDY"; empty without an assignment or a file.
    QStringList arguments() const;
    void setBusy(bool busy);

signals:
    void startRequested(const QStringList& arguments);

private:
    void buildRows();
    void changed();
    void proposeFile();
    void showAssignment();
    void chooseFile();
    const ExportFormat& format() const;

    Session& m_session;
    EstimateCaption* m_estimate = nullptr;
    QComboBox* m_assignment = nullptr;
    BitStrip* m_strip = nullptr;
    QLabel* m_weights = nullptr;
    SegmentedControl* m_format = nullptr;
    SegmentedControl* m_batchNorm = nullptr;
    SegmentedControl* m_codes = nullptr;
    QLineEdit* m_file = nullptr;
    PushButton* m_start = nullptr;
    QLabel* m_caption = nullptr;
    QString m_proposed; // follows the choices until a person types another
};

} // namespace halftone
