// Small caps of keys with a word after them: "8 4 2 set", "P pin".
#pragma once

#include <QStringList>
#include <QWidget>

namespace halftone {

class KeyHint : public QWidget {
public:
    explicit KeyHint(const QStringList& keys, const QString& word = {}, QWidget* parent = nullptr);

    void setKeys(const QStringList& keys, const QString& word = {});
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QStringList m_keys;
    QString m_word;
};

} // namespace halftone
