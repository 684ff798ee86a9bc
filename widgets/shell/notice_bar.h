// NoticeBar: one sentence over the views when something that was asked for could not be done; it stays until it is put away.
#pragma once

#include <QFrame>

class QLabel;

namespace halftone {

class NoticeBar : public QFrame {
public:
    explicit NoticeBar(QWidget* parent = nullptr);

    enum class Tone { Failed, Note };
    void tell(const QString& sentence, Tone tone);
    QString sentence() const;

private:
    QLabel* m_words = nullptr;
};

} // namespace halftone
