// One network's answer about an image: bars of its five best classes, or the class of every pixel as a map.
#pragma once

#include <QWidget>

#include "widgets/pages/export/tried_answers.h"

namespace halftone {

class AnswerView : public QWidget {
public:
    explicit AnswerView(QWidget* parent = nullptr);

    void setAnswer(const TriedAnswers& all, std::size_t index);
    // "97.1 % as full"; empty: nothing is told.
    QString caption() const { return m_caption; }
    const QImage& map() const { return m_map; }

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void paintBars(QPainter& painter) const;
    void paintMap(QPainter& painter) const;
    QRectF mapRect() const;

    TriedAnswer m_answer;
    QStringList m_classNames;
    QSize m_size;
    QImage m_map;
    QString m_caption; // a thing a line
    int m_captionLines = 0;
};

// The colours of the classes that the maps hold most of.
class ClassLegend : public QWidget {
public:
    explicit ClassLegend(QWidget* parent = nullptr);

    void setAnswers(const TriedAnswers& answers);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<std::pair<QString, QColor>> m_classes;
};

} // namespace halftone
